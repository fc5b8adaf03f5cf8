/// Why a call fails, as Teleport reports it.
struct CallError: Error, Hashable, Sendable {
  /// gRPC codes, by the kinds of error that Teleport has.
  enum Code: Int, Sendable {
    case unknown = 2
    case badParameter = 3
    case notFound = 5
    case alreadyExists = 6
    case accessDenied = 7
    case compareFailed = 9
    case notImplemented = 12
    case connectionProblem = 14
  }

  let code: Code
  let message: String

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The message around the message, as `trace.Wrap(err, text)` does it.
  func wrapped(_ text: String) -> CallError { CallError(code, "\(text)\n\t\(message)") }
}
