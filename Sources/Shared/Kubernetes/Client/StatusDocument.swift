/// A `metav1.Status` as the server sends it.
struct StatusDocument: Decodable {
  struct Details: Decodable {
    struct Cause: Decodable {
      var reason: String?
      var message: String?
      var field: String?
    }
    var name: String?
    var kind: String?
    var causes: [Cause]?
    var retryAfterSeconds: Int?
  }

  var kind: String?
  var status: String?
  var message: String?
  var reason: String?
  var code: Int?
  var details: Details?
}

extension KubernetesError {
  /// The error that a Status tells of.
  ///
  /// - Parameters:
  ///   - quotes: Whether the server's text may be repeated.
  init(_ status: StatusDocument, httpStatus: Int, request: String, quotes: Bool) {
    let reason = status.reason ?? ""
    let code = Self.code(reason: reason, httpStatus: httpStatus, details: status.details)
    self.init(
      code, Self.plainMessage(reason, httpStatus), httpStatus: httpStatus,
      retryAfter: status.details?.retryAfterSeconds.flatMap { $0 > 0 ? .seconds($0) : nil },
      request: request)
    if code == .timeout { effect = .unknown }
    if quotes, let text = status.message, !text.isEmpty { message = text }
    causes = (status.details?.causes ?? []).map {
      Cause(
        reason: $0.reason ?? "", message: quotes ? $0.message ?? "" : "", field: $0.field ?? "")
    }
  }

  private static func plainMessage(_ reason: String, _ httpStatus: Int) -> String {
    reason.isEmpty ? "the server answered \(httpStatus)" : "the server refused it (\(reason))"
  }

  private static func code(
    reason: String, httpStatus: Int, details: StatusDocument.Details?
  ) -> Code {
    switch reason {
    case "NotFound": isAboutObject(details) ? .notFound : .notServed
    case "AlreadyExists": .alreadyExists
    case "Conflict": .conflict
    // A failed JSON patch test is "Invalid" too, but has neither a kind nor causes.
    case "Invalid": isAboutObject(details) ? .invalid : .conflict
    case "BadRequest": .badRequest
    case "Unauthorized": .unauthorized
    case "Forbidden": .forbidden
    case "Expired", "Gone": .gone
    case "TooManyRequests": .tooManyRequests
    case "Timeout", "ServerTimeout": .timeout
    case "ServiceUnavailable": .unavailable
    case "InternalError": .internalError
    case "MethodNotAllowed": .methodNotAllowed
    case "UnsupportedMediaType", "NotAcceptable": .unsupportedMediaType
    case "RequestEntityTooLarge": .tooLarge
    default: code(httpStatus: httpStatus)
    }
  }

  private static func isAboutObject(_ details: StatusDocument.Details?) -> Bool {
    guard let details else { return false }
    return !(details.name ?? "").isEmpty || !(details.causes ?? []).isEmpty
  }

  /// The code for an answer that is no Status, such as one of a proxy or of a path that nobody serves.
  static func code(httpStatus: Int) -> Code {
    switch httpStatus {
    case 400: .badRequest
    case 401: .unauthorized
    case 403: .forbidden
    case 404: .notServed
    case 405: .methodNotAllowed
    case 408, 504: .timeout
    case 409: .conflict
    case 410: .gone
    case 413: .tooLarge
    case 406, 415: .unsupportedMediaType
    case 422: .invalid
    case 429: .tooManyRequests
    case 500: .internalError
    case 502, 503: .unavailable
    default: .unexpected
    }
  }
}
