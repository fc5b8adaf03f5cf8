import NIOHTTP1

/// What of the API a URL is about.
struct APIPath: Hashable, Sendable {
  let group: String
  let version: String
  var namespace = ""
  var plural = ""
  var name = ""
  var subresource = ""

  /// nil where the path is not below a version of a group.
  init?(_ path: [String]) {
    var rest: ArraySlice<String>
    if path.first == "api", path.count > 2 {
      (group, version) = ("", path[1])
      rest = path[2...]
    } else if path.first == "apis", path.count > 3 {
      (group, version) = (path[1], path[2])
      rest = path[3...]
    } else {
      return nil
    }
    if rest.first == "namespaces", rest.count > 2,
      !["status", "finalize"].contains(rest[rest.startIndex + 2])
    {
      namespace = rest[rest.startIndex + 1]
      rest = rest.dropFirst(2)
    }
    plural = rest.popFirst() ?? ""
    name = rest.popFirst() ?? ""
    subresource = rest.popFirst() ?? ""
    if !rest.isEmpty { return nil }
  }

  /// The resource as RBAC names it.
  var resource: String { subresource.isEmpty ? plural : "\(plural)/\(subresource)" }
}

/// What a request does, in the words of authorization.
enum Verb: String, Sendable {
  case get, list, watch, create, update, patch, delete, deletecollection
  /// Server-side apply; to authorization it is a patch.
  case apply

  init?(_ request: HTTPRequest, _ path: APIPath) {
    switch request.method {
    case .GET, .HEAD:
      if request.flag("watch") { self = .watch } else { self = path.name.isEmpty ? .list : .get }
    case .POST: self = .create
    case .PUT: self = .update
    case .PATCH: self = request.contentType == MediaType.apply ? .apply : .patch
    case .DELETE: self = path.name.isEmpty ? .deletecollection : .delete
    default: return nil
    }
  }

  /// The first word of `SandboxRequest.operation`.
  var operation: String {
    switch self {
    case .create: "POST"
    case .update: "PUT"
    default: rawValue.uppercased()
    }
  }

  var authorized: String { self == .apply ? "patch" : rawValue }
}

/// The media types of patches.
enum MediaType {
  static let json = "application/json"
  static let yaml = "application/yaml"
  static let jsonPatch = "application/json-patch+json"
  static let mergePatch = "application/merge-patch+json"
  static let strategicPatch = "application/strategic-merge-patch+json"
  static let apply = "application/apply-patch+yaml"
}
