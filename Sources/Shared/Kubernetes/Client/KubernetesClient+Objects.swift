import Documents
import FoundationEssentials

extension KubernetesClient {
  /// Reads an object.
  public func get(
    _ resource: GroupVersionResource, _ key: ObjectKey, subresource: String? = nil,
    timeout: Duration? = nil
  ) async throws -> KubernetesObject {
    let path = try path(resource, key, subresource)
    return try await object(request(.get, path, of: resource, isRepeatable: true), timeout)
  }

  /// Creates an object in the namespace that its metadata names.
  ///
  /// Not repeated when the answer is lost: `.alreadyExists` would then be ambiguous.
  ///
  /// - Parameter isDryRun: The server checks everything and stores nothing.
  public func create(
    _ resource: GroupVersionResource, _ object: KubernetesObject, isDryRun: Bool = false,
    timeout: Duration? = nil
  ) async throws -> KubernetesObject {
    var request = request(.post, resource.path(namespace: object.metadata.namespace), of: resource)
    request.query = Self.query(isDryRun: isDryRun)
    request.body = object.encoded()
    return try await self.object(request, timeout)
  }

  /// Replaces an object. Fails with `.conflict` unless it still has the resource version that `object` carries.
  public func replace(
    _ resource: GroupVersionResource, _ object: KubernetesObject, subresource: String? = nil,
    timeout: Duration? = nil
  ) async throws -> KubernetesObject {
    var request = request(.put, try path(resource, object.key, subresource), of: resource)
    request.body = object.encoded()
    return try await self.object(request, timeout)
  }

  /// Merges `patch` into an object (RFC 7386): null removes a member, lists are replaced whole.
  ///
  /// - Parameter isDryRun: The server checks everything and stores nothing.
  public func mergePatch(
    _ resource: GroupVersionResource, _ key: ObjectKey, _ patch: JSONValue,
    subresource: String? = nil, isDryRun: Bool = false, timeout: Duration? = nil
  ) async throws -> KubernetesObject {
    let path = try path(resource, key, subresource)
    var request = request(.patch, path, of: resource, isRepeatable: true)
    request.query = Self.query(isDryRun: isDryRun)
    request.contentType = "application/merge-patch+json"
    request.body = Data(patch.jsonBytes)
    return try await object(request, timeout)
  }

  /// Does all steps of `patch`, or none. A test that fails is a `.conflict`.
  public func jsonPatch(
    _ resource: GroupVersionResource, _ key: ObjectKey, _ patch: JSONPatch,
    subresource: String? = nil, timeout: Duration? = nil
  ) async throws -> KubernetesObject {
    var request = request(.patch, try path(resource, key, subresource), of: resource)
    request.contentType = "application/json-patch+json"
    request.body = Data(JSONValue.array(patch.document).jsonBytes)
    return try await object(request, timeout)
  }

  /// Applies an object on the server's side: creates it, or makes exactly the fields that it names ours.
  ///
  /// - Parameters:
  ///   - object: With apiVersion, kind and `metadata.name`, and nothing but the fields to own.
  ///   - manager: Who owns the fields.
  ///   - force: Take fields over from other managers instead of failing with `.conflict`.
  public func apply(
    _ resource: GroupVersionResource, _ object: JSONValue, manager: String, force: Bool = false,
    subresource: String? = nil, timeout: Duration? = nil
  ) async throws -> KubernetesObject {
    let key = ObjectKey(
      object[["metadata", "name"]]?.string ?? "",
      namespace: object[["metadata", "namespace"]]?.string)
    let path = try path(resource, key, subresource)
    var request = request(.patch, path, of: resource, isRepeatable: true)
    request.query = [("fieldManager", manager), ("force", force ? "true" : "false")]
    request.contentType = "application/apply-patch+yaml"
    request.body = Data(object.jsonBytes)
    return try await self.object(request, timeout)
  }
}

// MARK: - Requests

extension KubernetesClient {
  fileprivate static func query(isDryRun: Bool) -> [(String, String)] {
    isDryRun ? [("dryRun", "All")] : []
  }

  func request(
    _ verb: APIRequest.Verb, _ path: String, of resource: GroupVersionResource,
    isRepeatable: Bool = false
  ) -> APIRequest {
    var request = APIRequest(verb, path, isRepeatable: isRepeatable)
    request.quotesServer = resource.resource != GroupVersionResource.secrets.resource
    return request
  }

  /// An empty name would make the path that of all objects, which DELETE would take at its word.
  func path(
    _ resource: GroupVersionResource, _ key: ObjectKey, _ subresource: String?
  ) throws(KubernetesError) -> String {
    let isName = { (text: String) in !text.isEmpty && text != "." && text != ".." }
    guard isName(key.name), key.namespace.map(isName) ?? true else {
      throw KubernetesError(
        .badRequest, "\"\(key)\" cannot be the name of an object", request: "\(resource)")
    }
    return resource.path(key, subresource: subresource)
  }

  func object(_ request: APIRequest, _ timeout: Duration?) async throws -> KubernetesObject {
    try await read(request, timeout) { text throws(DocumentError) in
      try KubernetesObject(json: text)
    }
  }

  /// Makes a call and reads the answer.
  func read<Answer>(
    _ request: APIRequest, _ timeout: Duration?,
    _ read: ([UInt8]) throws(DocumentError) -> Answer
  ) async throws -> Answer {
    let body = Array(try await call(request, timeout: timeout))
    do {
      return try read(body)
    } catch {
      throw KubernetesError(malformedAnswerTo: request)
    }
  }

  func decode<Answer: Decodable>(
    _ type: Answer.Type, _ request: APIRequest, _ timeout: Duration?
  ) async throws -> Answer {
    let body = try await call(request, timeout: timeout)
    do {
      return try JSONDecoder().decode(type, from: body)
    } catch {
      throw KubernetesError(malformedAnswerTo: request)
    }
  }
}

extension KubernetesError {
  fileprivate init(malformedAnswerTo request: APIRequest) {
    self.init(
      .malformedResponse, "the answer is not what the API promises",
      effect: request.isRepeatable ? .none : .unknown, request: request.description)
  }
}
