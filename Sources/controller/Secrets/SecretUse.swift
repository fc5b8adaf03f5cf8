import TeleportSchema

/// A field whose value came from a Secret, and which state of the Secret that was.
struct SecretUse: Hashable, Sendable {
  /// As in `spec.client_secret`.
  let path: String
  let reference: SecretReference
  let uid: String
  let resourceVersion: String

  /// Changes when the Secret does; not made from its data.
  var mark: String { "\(path) \(reference) \(uid) \(resourceVersion)" }
}

extension Collection where Element == SecretUse {
  /// The declared hash of a resource that these Secrets were used for: it changes with each of them, and tells nothing of
  /// their values. Without any it is `managedHash`.
  ///
  /// - Parameter managedHash: must not cover sensitive fields, as `ResourceSchema.managedHash` does not.
  func declaredHash(_ managedHash: String) -> String {
    ResourceSchema.hash(managedHash, with: map(\.mark).sorted())
  }
}
