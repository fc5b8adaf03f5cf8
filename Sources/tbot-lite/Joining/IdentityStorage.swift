import Credentials
import Crypto
import FoundationEssentials
import Operations

/// Keeps a renewable identity in a directory of the bot's own, under tbot's file names. All of it blocks.
///
/// - Guarantees: an identity is on disk when `keep` returns, whole, or the one before it is; one process at a time.
struct IdentityStorage: Sendable {
  private static let renewalMark = "renewal-begun"

  private let path: String
  private let fileSystem: any FileSystem
  private let publisher: DirectoryPublisher

  init(path: String, fileSystem: any FileSystem = SystemCalls()) {
    self.path = path
    self.fileSystem = fileSystem
    publisher = DirectoryPublisher(path: path, fileSystem: fileSystem)
  }

  func prepare() throws(CredentialsError) { try publisher.prepare() }

  /// - Throws: `.inUse` where another process holds it: two that share a renewable identity lock the bot.
  func lock() throws(CredentialsError) -> DirectoryLock { try publisher.lock() }

  /// The identity that was kept last; nil where there is none.
  func kept() throws(CredentialsError) -> OwnIdentity? {
    let directory = PublishedDirectory(path: path, fileSystem: fileSystem)
    let texts: [PublishedFile: Secret<String>]
    do {
      texts = try directory.texts()
    } catch {
      if error.code == .notReady { return nil }
      throw error
    }
    guard let certificate = texts[.certificate], let key = texts[.key] else { return nil }
    func text(_ file: PublishedFile) -> String { texts[file]?.reveal() ?? "" }
    return OwnIdentity(
      tls: try TLSIdentity(
        certificatePEM: certificate.reveal(), keyPEM: key,
        trustedCAPEMs: PEM.blocks(text(.hostCA), label: "CERTIFICATE"), source: path),
      sshHostCAs: text(.storedSSHAuthorities).split(separator: "$").map(String.init),
      tokenHash: String(text(.tokenHash).prefix { !$0.isWhitespace }))
  }

  func keep(_ issued: IssuedCredentials, tokenHash: String) throws(CredentialsError) {
    let certificate = try CertificateFacts(
      pem: issued.certificatePEM, source: "the auth service's reply")
    try publisher.publish(
      issued.storageFiles(tokenHash: tokenHash),
      generation: "\(Int(certificate.notBefore.timeIntervalSince1970))-\(certificate.fingerprint)")
  }

  /// Says durably that a renewal of that identity begins.
  func mark(_ renewal: BegunRenewal) throws(CredentialsError) {
    try publisher.writeMark(Self.renewalMark, renewal.text)
  }

  func clearMark() throws(CredentialsError) { try publisher.removeMark(Self.renewalMark) }

  /// The renewal that was begun last; it means nothing once another identity is kept.
  func begunRenewal() throws(CredentialsError) -> BegunRenewal? {
    try publisher.readMark(Self.renewalMark).flatMap { BegunRenewal(text: $0) }
  }

  static func hash(of token: Secret<String>) -> String {
    SHA256.hash(data: Data(token.reveal().utf8)).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }
}
