import Credentials
import FoundationEssentials
import Operations

/// A bot's request for its first certificates.
public struct JoinRequest: Sendable {
  /// The token's name, which for method `token` is what makes the bot known.
  public let token: Secret<String>
  /// What the platform says of the caller, for methods such as `kubernetes`.
  public let idToken: Secret<String>?
  public let keyPair: KeyPair
  /// The server gives less where its own limit is lower.
  public let notAfter: Date

  public init(
    token: Secret<String>, idToken: Secret<String>? = nil, keyPair: KeyPair, notAfter: Date
  ) {
    self.token = token
    self.idToken = idToken
    self.keyPair = keyPair
    self.notAfter = notAfter
  }
}

/// What a bot gets for a token. For method `token` it is renewable, and the token is used up.
public struct JoinedCertificates: Sendable {
  public let certificatePEM: String
  /// An authorized_keys-format certificate line.
  public let sshCertificate: String
  /// The reply's CAs, of users as well as hosts: not what a server is verified with.
  public let tlsCAPEMs: [String]
  /// authorized_keys lines of the reply's CAs.
  public let sshCAs: [String]

  /// - Throws: `.malformedReply` where a certificate is missing.
  init(
    tls: Data, ssh: Data, tlsCAs: [Data], sshCAs: [Data], operation: String
  ) throws(TeleportError) {
    guard !tls.isEmpty, !ssh.isEmpty else {
      throw TeleportError(.malformedReply, operation: operation, detail: "no certificate in it")
    }
    certificatePEM = text(tls)
    sshCertificate = text(ssh)
    tlsCAPEMs = tlsCAs.map(text)
    self.sshCAs = sshCAs.map(text)
  }
}
