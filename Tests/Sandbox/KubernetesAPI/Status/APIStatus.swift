import Documents

/// A failure as kube-apiserver reports it: the fields of a `meta/v1` `Status` whose status is `Failure`.
public struct APIStatus: Error, Hashable, Sendable {
  /// One of the reasons inside a `Status`, such as one invalid field.
  public struct Cause: Hashable, Sendable {
    public var reason: String
    public var message: String
    public var field: String
  }

  /// The HTTP status code.
  public var code: Int
  public var reason: String
  public var message: String
  public var name = ""
  public var group = ""
  /// A kind for invalid objects, a plural resource name otherwise, as upstream has it.
  public var kind = ""
  public var causes: [Cause] = []
  public var retryAfterSeconds: Int?
  /// A continue token that goes on from here, at the price of consistency.
  public var continuation: String?
  /// Some answers carry details that say nothing.
  var hasEmptyDetails = false

  public init(code: Int, reason: String, message: String) {
    self.code = code
    self.reason = reason
    self.message = message
  }

  /// The document that goes over the wire.
  public var json: JSONValue {
    var metadata: JSONValue = [:]
    if let continuation { metadata["continue"] = .string(continuation) }
    var status: JSONValue = [
      "kind": "Status", "apiVersion": "v1", "metadata": metadata, "status": "Failure",
      "message": .string(message), "code": .integer(Int64(code)),
    ]
    if !reason.isEmpty { status["reason"] = .string(reason) }
    if let details { status["details"] = details }
    return status
  }

  private var details: JSONValue? {
    var details: [String: JSONValue] = [:]
    if !name.isEmpty { details["name"] = .string(name) }
    if !group.isEmpty { details["group"] = .string(group) }
    if !kind.isEmpty { details["kind"] = .string(kind) }
    if let retryAfterSeconds { details["retryAfterSeconds"] = .integer(Int64(retryAfterSeconds)) }
    if !causes.isEmpty {
      details["causes"] = .array(
        causes.map { cause in
          var json: JSONValue = ["message": .string(cause.message)]
          if !cause.reason.isEmpty { json["reason"] = .string(cause.reason) }
          if !cause.field.isEmpty { json["field"] = .string(cause.field) }
          return json
        })
    }
    return details.isEmpty && !hasEmptyDetails ? nil : .object(details)
  }
}
