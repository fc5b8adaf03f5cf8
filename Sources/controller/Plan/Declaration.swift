import Documents
import Kubernetes
import TeleportSchema

/// What a custom resource declares, ready to be compared and written.
struct Declaration: Sendable {
  let resource: DeclaredResource
  /// Digest of what is declared; values of sensitive fields are not in it.
  let hash: String

  var bytes: [UInt8] { resource.bytes }

  /// - Parameter resolved: the object's spec with what it refers to; nil where it refers to nothing, or where references
  ///   are to stay what they are.
  init(
    _ object: KubernetesObject, owner: Owner, resolved: ResolvedSpec? = nil
  ) throws(DeclarationError) {
    do throws(SchemaError) {
      resource = try DeclaredResource(
        object, spec: resolved?.spec.reveal() ?? object.spec, ownerLabels: owner.labels)
    } catch {
      throw .invalid(error)
    }
    do {
      let managed = try resource.schema.managedHash(of: resource.bytes)
      hash = (resolved?.uses ?? []).declaredHash(managed)
    } catch {
      // The bytes were made by the same schema a moment ago.
      throw .invalid(SchemaError([SchemaIssue(.invalidValue, at: "spec", "\(error)")]))
    }
  }
}

extension DeclaredResource {
  /// What a custom resource declares, in the version that its manifest was written in.
  ///
  /// - Parameter spec: the object's own, or with what it refers to.
  init(
    _ object: KubernetesObject, spec: JSONValue, ownerLabels: [String: String] = [:]
  ) throws(SchemaError) {
    try self.init(
      apiVersion: object.metadata.declaredAPIVersion ?? object.apiVersion, kind: object.kind,
      metadata: [
        "name": .string(object.metadata.name),
        "labels": .object(object.metadata.labels.mapValues { .string($0) }),
        "annotations": .object(object.metadata.annotations.mapValues { .string($0) }),
      ], spec: spec, ownerLabels: ownerLabels)
  }
}

/// Why a custom resource does not declare anything that could be written.
enum DeclarationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Its author has to change it.
  case invalid(SchemaError)
  /// A reference to a Secret does not lead to a value.
  case secret(SecretReferenceError)

  var description: String {
    switch self {
    case .invalid(let error): error.description
    case .secret(let error): error.description
    }
  }
}
