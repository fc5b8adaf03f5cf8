import Documents
import FoundationEssentials

/// Something that a client may or may not be allowed to do.
public struct AccessQuestion: Hashable, Sendable, CustomStringConvertible {
  /// `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`.
  public var verb: String
  public var group: String
  public var resource: String
  public var subresource: String?
  /// nil for all namespaces, or for a resource that has none.
  public var namespace: String?
  public var name: String?

  public init(
    _ verb: String, _ resource: GroupVersionResource, subresource: String? = nil,
    namespace: String? = nil, name: String? = nil
  ) {
    self.verb = verb
    self.group = resource.group
    self.resource = resource.resource
    self.subresource = subresource
    self.namespace = namespace
    self.name = name
  }

  /// `patch teleportroles.resources.teleport.dev/status in namespace teleport`.
  public var description: String {
    let type = group.isEmpty ? resource : "\(resource).\(group)"
    let part = subresource.map { "/\($0)" } ?? ""
    let object = name.map { " \"\($0)\"" } ?? ""
    let place = namespace.map { "in namespace \($0)" } ?? "in all namespaces"
    return "\(verb) \(type)\(part)\(object) \(place)"
  }
}

extension KubernetesClient {
  /// Asks the server whether this client is allowed to do something.
  public func isAllowed(_ question: AccessQuestion, timeout: Duration? = nil) async throws -> Bool {
    var attributes: [String: JSONValue] = [
      "verb": .string(question.verb), "group": .string(question.group),
      "resource": .string(question.resource),
    ]
    if let part = question.subresource { attributes["subresource"] = .string(part) }
    if let namespace = question.namespace { attributes["namespace"] = .string(namespace) }
    if let name = question.name { attributes["name"] = .string(name) }
    let resource = GroupVersionResource.selfSubjectAccessReviews
    // It is a POST that stores nothing, so it may be repeated.
    var request = request(
      .post, resource.path(namespace: nil), of: resource, isRepeatable: true)
    let review: JSONValue = [
      "apiVersion": .string(resource.apiVersion), "kind": "SelfSubjectAccessReview",
      "spec": ["resourceAttributes": .object(attributes)],
    ]
    request.body = Data(review.jsonBytes)
    return try await object(request, timeout).status["allowed"]?.bool ?? false
  }
}
