/// An `@cert-authority` line of a known_hosts file: who vouches for which hosts.
public struct SSHHostAuthority: Sendable, Equatable {
  static let marker = "@cert-authority"

  /// Names and patterns, as OpenSSH matches them.
  public let hosts: [String]
  public let key: SSHPublicKey

  /// - Parameter source: what the line is, for error messages.
  /// - Throws: `.malformed`.
  public init(line: String, source: String) throws(CredentialsError) {
    let words = line.split(separator: " ", maxSplits: 2)
    guard words.count == 3, words[0] == Self.marker else {
      throw CredentialsError(.malformed, "\(source) is not a line of a certificate authority")
    }
    hosts = words[1].split(separator: ",").map(String.init)
    key = try SSHPublicKey(line: String(words[2]), source: "the key in \(source)")
  }
}
