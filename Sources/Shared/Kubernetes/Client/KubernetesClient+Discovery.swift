/// A resource as the server offers it.
public struct APIResource: Hashable, Sendable, Decodable {
  /// The plural, with `/SUBRESOURCE` where it is one.
  public var name: String
  public var kind: String
  public var namespaced: Bool
  public var verbs: [String]
}

/// Which Kubernetes the server is.
public struct ServerVersion: Hashable, Sendable, Decodable {
  public var major: String
  public var minor: String
  /// Such as `v1.36.0`.
  public var gitVersion: String
}

extension KubernetesClient {
  /// The resources of a group version, subresources included.
  ///
  /// - Throws: `.notServed` where the server does not have the group version.
  public func resources(
    group: String, version: String, timeout: Duration? = nil
  ) async throws -> [APIResource] {
    struct Answer: Decodable { var resources: [APIResource] }
    let path = GroupVersionResource(group: group, version: version, resource: "").groupVersionPath
    return try await decode(
      Answer.self, APIRequest(.get, path, isRepeatable: true), timeout
    ).resources
  }

  public func serverVersion(timeout: Duration? = nil) async throws -> ServerVersion {
    try await decode(
      ServerVersion.self, APIRequest(.get, "/version", isRepeatable: true), timeout)
  }
}
