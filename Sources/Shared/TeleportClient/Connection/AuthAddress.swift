/// Where an auth service listens, or a proxy that passes connections on to it.
public struct AuthAddress: Hashable, Sendable, CustomStringConvertible {
  public static let defaultPort = 3025

  public let host: String
  public let port: Int
  /// The cluster to which a proxy passes a connection on; nil: the auth service itself listens there.
  public let proxiedCluster: String?

  /// Reads `host:port`, `[v6]:port` or `host`; a wildcard host, which servers listen on, becomes loopback.
  ///
  /// - Returns: nil for a text that is none of these.
  public init?(_ text: String) {
    var host = Substring(text)
    var port = Self.defaultPort
    if host.hasPrefix("["), let end = host.lastIndex(of: "]") {
      let tail = host[host.index(after: end)...]
      if !tail.isEmpty {
        guard tail.hasPrefix(":"), let number = UInt16(tail.dropFirst()) else { return nil }
        port = Int(number)
      }
      host = host[host.index(after: host.startIndex)..<end]
    } else if let colon = host.lastIndex(of: ":") {
      guard let number = UInt16(host[host.index(after: colon)...]) else { return nil }
      port = Int(number)
      host = host[..<colon]
      if host.contains(":" as Character) { return nil }
    }
    let isHost = !host.isEmpty && host.utf8.allSatisfy { $0 > 0x20 && $0 != 0x2f && $0 != 0x40 }
    guard isHost, port > 0 else { return nil }
    self.host = host == "0.0.0.0" || host == "::" ? "127.0.0.1" : String(host)
    self.port = port
    proxiedCluster = nil
  }

  init(host: String, port: Int, proxiedCluster: String) {
    self.host = host
    self.port = port
    self.proxiedCluster = proxiedCluster
  }

  /// Without the cluster.
  public var description: String {
    host.contains(":" as Character) ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}
