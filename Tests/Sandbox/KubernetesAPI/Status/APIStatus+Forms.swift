/// The failures that kube-apiserver answers with, in its own words.
extension APIStatus {
  static func badRequest(_ message: String) -> APIStatus {
    APIStatus(code: 400, reason: "BadRequest", message: message)
  }

  static var unauthorized: APIStatus {
    APIStatus(code: 401, reason: "Unauthorized", message: "Unauthorized")
  }

  static func internalError(_ message: String) -> APIStatus {
    var status = APIStatus(
      code: 500, reason: "InternalError", message: "Internal error occurred: \(message)")
    status.causes = [Cause(reason: "", message: message, field: "")]
    return status
  }

  /// A path that nothing is served at.
  static var noSuchPath: APIStatus {
    var status = APIStatus(
      code: 404, reason: "NotFound", message: "the server could not find the requested resource")
    return status.naming("", group: "", kind: "")
  }

  static func methodNotAllowed(_ resource: GroupResource, verb: String) -> APIStatus {
    var status = APIStatus(
      code: 405, reason: "MethodNotAllowed",
      message: "\(verb) is not supported on resources of kind \"\(resource)\"")
    return status.naming("", group: resource.group, kind: resource.plural)
  }

  static func unsupportedMediaType(accepted: [String]) -> APIStatus {
    APIStatus(
      code: 415, reason: "UnsupportedMediaType",
      message: "the body of the request was in an unknown format - accepted media types include: "
        + accepted.joined(separator: ", "))
  }

  static var notAcceptable: APIStatus {
    APIStatus(
      code: 406, reason: "NotAcceptable",
      message: "only the following media types are accepted: application/json, application/yaml, "
        + ProtobufReader.mediaType)
  }

  static func tooLarge(limit: Int) -> APIStatus {
    APIStatus(
      code: 413, reason: "RequestEntityTooLarge",
      message: "Request entity too large: limit is \(limit)")
  }

  static func notFound(_ resource: GroupResource, name: String) -> APIStatus {
    var status = APIStatus(
      code: 404, reason: "NotFound", message: "\(resource) \"\(name)\" not found")
    return status.naming(name, group: resource.group, kind: resource.plural)
  }

  static func alreadyExists(_ resource: GroupResource, name: String) -> APIStatus {
    var status = APIStatus(
      code: 409, reason: "AlreadyExists", message: "\(resource) \"\(name)\" already exists")
    return status.naming(name, group: resource.group, kind: resource.plural)
  }

  static func forbidden(_ resource: GroupResource, name: String, because: String) -> APIStatus {
    let subject = name.isEmpty ? "\(resource)" : "\(resource) \"\(name)\""
    var status = APIStatus(
      code: 403, reason: "Forbidden", message: "\(subject) is forbidden: \(because)")
    return status.naming(name, group: resource.group, kind: resource.plural)
  }

  static func conflict(_ resource: GroupResource, name: String, because: String) -> APIStatus {
    var status = APIStatus(
      code: 409, reason: "Conflict",
      message: "Operation cannot be fulfilled on \(resource) \"\(name)\": \(because)")
    return status.naming(name, group: resource.group, kind: resource.plural)
  }

  static func staleVersion(_ resource: GroupResource, name: String) -> APIStatus {
    conflict(
      resource, name: name,
      because: "the object has been modified; please apply your changes to the latest version "
        + "and try again")
  }

  static func invalid(group: String, kind: String, name: String, _ problems: [FieldProblem])
    -> APIStatus
  {
    let subject = group.isEmpty ? kind : "\(kind).\(group)"
    let texts = problems.map(\.description)
    let text = texts.count == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]"
    var status = APIStatus(
      code: 422, reason: "Invalid", message: "\(subject) \"\(name)\" is invalid: \(text)")
    status.causes = problems.map {
      Cause(reason: $0.reason.rawValue, message: $0.message, field: $0.field)
    }
    return status.naming(name, group: group, kind: kind)
  }

  /// The start of a watch, or the revision of a list, lies before what is remembered.
  static func expired(_ message: String) -> APIStatus {
    APIStatus(code: 410, reason: "Expired", message: message)
  }

  static func revisionTooLarge(_ asked: Int64, current: Int64) -> APIStatus {
    var status = APIStatus(
      code: 504, reason: "Timeout",
      message: "Timeout: Too large resource version: \(asked), current: \(current)")
    status.causes = [
      Cause(reason: "ResourceVersionTooLarge", message: "Too large resource version", field: "")
    ]
    status.retryAfterSeconds = 1
    return status
  }

  mutating func naming(_ name: String, group: String, kind: String) -> APIStatus {
    self.name = name
    self.group = group
    self.kind = kind
    return self
  }
}
