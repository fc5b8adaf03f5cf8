/// Where a diagnostics endpoint listens: `:8080`, `127.0.0.1:3001`, `[::1]:8080`; `0` turns it off.
public struct ListenAddress: Hashable, Sendable {
  /// Empty: all interfaces, by IPv6 and IPv4.
  public let host: String
  public let port: Int

  public init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// - Returns: nil for a text that is none of the forms above. `.some(nil)` is "off".
  public static func parse(_ text: String) -> ListenAddress?? {
    if text == "0" || text.isEmpty { return .some(nil) }
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...])
    else { return nil }
    var host = String(text[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    return ListenAddress(host: host, port: Int(port))
  }
}
