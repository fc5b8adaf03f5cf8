/// Why a call to the kube-apiserver failed.
///
/// Match on `code`. The texts are the server's or name the request; they never hold a credential, and for
/// Secrets the server's text, which can quote the data, is left out.
public struct KubernetesError: Error, Hashable, Sendable {
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// The object, or its namespace, does not exist.
    case notFound
    /// The server does not know this resource: the CRD is not installed, or not in this version.
    case notServed
    case alreadyExists
    /// Another client changed the object meanwhile, a precondition or a patch test failed, or a field belongs
    /// to another manager.
    case conflict
    /// The object breaks its schema or a rule.
    case invalid
    case badRequest
    case unauthorized
    case forbidden
    /// The resource version or the continue token is too old.
    case gone
    case tooManyRequests
    /// The server did not finish in time.
    case timeout
    /// The server cannot answer now.
    case unavailable
    case internalError
    case methodNotAllowed
    case unsupportedMediaType
    case tooLarge
    /// The server could not be reached, or the connection broke.
    case connection
    /// The server is not who it should be, or refuses our certificate.
    case untrusted
    /// Our own time limit for the call passed.
    case deadlineExceeded
    /// The answer is not what the API promises.
    case malformedResponse
    /// A refusal that this list does not know.
    case unexpected
  }

  /// What is known of the effect of a failed call.
  public enum Effect: String, Hashable, Sendable {
    /// It had none: the request never left, or the server refused it.
    case none
    /// It may have had its effect; the answer was lost.
    case unknown
  }

  /// One of several reasons for a refusal.
  public struct Cause: Hashable, Sendable {
    /// A word such as `FieldValueInvalid` or `FieldManagerConflict`.
    public var reason: String
    public var message: String
    /// The path of the field; empty where it is about none.
    public var field: String
  }

  public var code: Code
  /// nil where there was no answer.
  public var httpStatus: Int?
  public var message: String
  public var causes: [Cause]
  /// How long the server wants to be left alone.
  public var retryAfter: Duration?
  public var effect: Effect
  /// `VERB PATH`.
  public var request: String

  public init(
    _ code: Code, _ message: String, httpStatus: Int? = nil, causes: [Cause] = [],
    retryAfter: Duration? = nil, effect: Effect = .none, request: String = ""
  ) {
    self.code = code
    self.message = message
    self.httpStatus = httpStatus
    self.causes = causes
    self.retryAfter = retryAfter
    self.effect = effect
    self.request = request
  }

  /// Whether the same call can succeed later although nobody changes anything.
  public var isRetryable: Bool {
    switch code {
    case .tooManyRequests, .timeout, .unavailable, .connection, .deadlineExceeded: true
    // Schema errors of server-side apply come as 500 too, so only a server that asks for a retry gets one.
    case .internalError: retryAfter != nil
    default: false
    }
  }
}

extension KubernetesError: CustomStringConvertible {
  public var description: String {
    let status = httpStatus.map { " \($0)" } ?? ""
    let place = request.isEmpty ? "" : "\(request): "
    return "\(place)\(code.rawValue)\(status): \(message)"
  }
}
