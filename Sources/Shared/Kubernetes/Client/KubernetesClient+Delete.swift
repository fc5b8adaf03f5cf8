import Documents
import FoundationEssentials

/// What must be true of an object for it to be deleted.
public struct DeletePreconditions: Hashable, Sendable {
  public var uid: String?
  public var resourceVersion: String?

  public init(uid: String? = nil, resourceVersion: String? = nil) {
    self.uid = uid
    self.resourceVersion = resourceVersion
  }
}

/// What came of a deletion.
public enum DeleteOutcome: Sendable {
  /// The object is no more.
  case gone
  /// The object goes when its finalizers have done their work.
  case terminating(KubernetesObject)
}

extension KubernetesClient {
  /// Deletes an object.
  ///
  /// - Throws: `.notFound` where there is none, which also an answer that was lost can lead to; `.conflict` where
  ///   a precondition does not hold.
  @discardableResult
  public func delete(
    _ resource: GroupVersionResource, _ key: ObjectKey,
    preconditions: DeletePreconditions = DeletePreconditions(), timeout: Duration? = nil
  ) async throws -> DeleteOutcome {
    var request = request(
      .delete, try path(resource, key, nil), of: resource, isRepeatable: true)
    var options: JSONValue = ["apiVersion": "v1", "kind": "DeleteOptions"]
    var conditions: [String: JSONValue] = [:]
    if let uid = preconditions.uid { conditions["uid"] = .string(uid) }
    if let version = preconditions.resourceVersion {
      conditions["resourceVersion"] = .string(version)
    }
    if !conditions.isEmpty { options["preconditions"] = .object(conditions) }
    request.body = Data(options.jsonBytes)
    // A Status, or the object as it is now.
    let answer = try await object(request, timeout)
    guard answer.kind != "Status", answer.metadata.isBeingDeleted else { return .gone }
    return .terminating(answer)
  }
}
