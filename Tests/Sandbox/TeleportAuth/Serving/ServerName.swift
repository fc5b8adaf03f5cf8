/// The name that a client asks for in the handshake (SNI).
enum ServerName {
  struct Unknown: Error {}

  private static let domain = "teleport.cluster.local"

  /// Any name but one under Teleport's own domain that is not a cluster's name in hexadecimal digits.
  static func isAcceptable(_ name: String?, cluster: String) -> Bool {
    guard let name = name?.lowercased(), name.hasSuffix("." + domain) else { return true }
    let label = name.dropLast(domain.count + 1)
    return label.count % 2 == 0 && !label.isEmpty && label.allSatisfy(\.isHexDigit)
  }
}
