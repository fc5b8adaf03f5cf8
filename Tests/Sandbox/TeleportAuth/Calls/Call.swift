/// One call, as far as the transport's part in it is over.
struct Call: Sendable {
  let message: [UInt8]
  let caller: Caller
  let client: ClientVersion
}

enum Reply: Sendable {
  case message([UInt8])
  /// A stream that ends with the last message.
  case messages([[UInt8]])
  /// A stream that goes on.
  case events(EventSubscription)

  static let empty = Reply.message([])
}

/// A method of the API: who has it, what it is about, and what it does.
struct CallDefinition: Sendable {
  enum Availability: Hashable, Sendable {
    case always
    /// Servers before 15.
    case legacy
    /// Servers from that major version on.
    case since(Int)

    /// Servers from 15 on.
    static let modern = Availability.since(15)

    func includes(major: Int) -> Bool {
      switch self {
      case .always: true
      case .legacy: major < 15
      case .since(let first): major >= first
      }
    }
  }

  /// `package.Service/Method`
  let method: String
  let availability: Availability
  /// Where the request carries the name of the resource concerned; nil where there is none.
  let namePath: [Int]?
  let perform: @Sendable (isolated AuthState, Call) throws -> Reply

  init(
    _ method: String, _ availability: Availability = .always, name namePath: [Int]? = nil,
    perform: @escaping @Sendable (isolated AuthState, Call) throws -> Reply
  ) {
    self.method = method
    self.availability = availability
    self.namePath = namePath
    self.perform = perform
  }

  func target(of message: [UInt8]) -> String { namePath.map { message.string(at: $0) } ?? "" }

  /// How a server that does not have the method says so.
  func absence(major: Int) -> CallError {
    let parts = method.split(separator: "/")
    if availability == .legacy, method.hasSuffix("User") || method.hasSuffix("Users") {
      return CallError(.notImplemented, "method \(parts[1]) not implemented")
    }
    // The join service is older than this method of it.
    return parts[0] == "proto.AuthService" || parts[0] == "proto.JoinService"
      ? CallError(.notImplemented, "unknown method \(parts[1]) for service \(parts[0])")
      : CallError(.notImplemented, "unknown service \(parts[0])")
  }
}
