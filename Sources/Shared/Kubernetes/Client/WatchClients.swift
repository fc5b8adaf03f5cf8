import AsyncHTTPClient
import Synchronization

/// The HTTP clients of watches, so many that none has more watches than its one connection carries.
///
/// A server allows about 100 streams on an HTTP/2 connection, and the library opens no second one: the 101st watch
/// would wait for ever. Whoever watches many namespaces watches the same few resources in each.
final class WatchClients: Sendable {
  private struct State {
    var numbers: [String: Int] = [:]
    var clients: [HTTPClient] = []
    var isClosed = false
  }

  /// With 25 resources in each, 75 watches.
  static let namespacesPerClient = 3

  private let state = Mutex(State())
  private let make: @Sendable () -> HTTPClient

  init(make: @escaping @Sendable () -> HTTPClient) { self.make = make }

  /// The client for a watch; always the same for the same namespace.
  func client(for url: String) throws -> HTTPClient {
    let namespace = Self.namespace(in: url)
    return try state.withLock { state in
      if state.isClosed { throw HTTPClientError.alreadyShutdown }
      let number = state.numbers[namespace] ?? state.numbers.count
      state.numbers[namespace] = number
      while state.clients.count <= number / Self.namespacesPerClient {
        state.clients.append(make())
      }
      return state.clients[number / Self.namespacesPerClient]
    }
  }

  /// Makes no more clients, and hands over those that there are.
  func close() -> [HTTPClient] {
    state.withLock { state in
      state.isClosed = true
      defer { state.clients = [] }
      return state.clients
    }
  }

  /// Empty for all namespaces.
  static func namespace(in url: String) -> String {
    let path = url.prefix { $0 != "?" }
    guard let marker = path.firstRange(of: "/namespaces/") else { return "" }
    return String(path[marker.upperBound...].prefix { $0 != "/" })
  }
}
