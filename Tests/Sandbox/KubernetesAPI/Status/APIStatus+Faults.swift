extension APIStatus {
  /// A failure that a test asked for.
  static func injected(code: Int, message: String) -> APIStatus {
    var status = APIStatus(code: code, reason: reason(for: code), message: message)
    if code == 429 || code == 503 { status.retryAfterSeconds = 1 }
    return status
  }

  private static func reason(for code: Int) -> String {
    switch code {
    case 400: "BadRequest"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "NotFound"
    case 405: "MethodNotAllowed"
    case 406: "NotAcceptable"
    case 409: "Conflict"
    case 410: "Expired"
    case 413: "RequestEntityTooLarge"
    case 415: "UnsupportedMediaType"
    case 422: "Invalid"
    case 429: "TooManyRequests"
    case 500: "InternalError"
    case 503: "ServiceUnavailable"
    case 504: "Timeout"
    default: ""
    }
  }
}
