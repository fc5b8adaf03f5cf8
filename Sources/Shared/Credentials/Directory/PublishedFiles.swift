import Operations

/// The files of one generation, named and ordered as tbot's.
public enum PublishedFile: String, CaseIterable, Sendable {
  case key
  case publicKey = "key.pub"
  case certificate = "tlscert"
  case sshCertificate = "key-cert.pub"
  case hostCA = "teleport-host-ca.crt"
  case userCA = "teleport-user-ca.crt"
  case databaseCA = "teleport-database-ca.crt"
  case identity
  case knownHosts = "known_hosts"
  case sshConfig = "ssh_config"
}

/// What a renewal brings, in memory.
public struct IssuedCredentials: Sendable {
  public let keyPair: KeyPair
  public let certificatePEM: String
  /// An authorized_keys-format certificate line.
  public let sshCertificate: String
  public let hostCAPEMs: [String]
  public let userCAPEMs: [String]
  /// authorized_keys lines of the host CA.
  public let sshHostCAs: [String]
  public let clusterName: String

  public init(
    keyPair: KeyPair, certificatePEM: String, sshCertificate: String, hostCAPEMs: [String],
    userCAPEMs: [String], sshHostCAs: [String], clusterName: String
  ) {
    self.keyPair = keyPair
    self.certificatePEM = certificatePEM
    self.sshCertificate = sshCertificate
    self.hostCAPEMs = hostCAPEMs
    self.userCAPEMs = userCAPEMs
    self.sshHostCAs = sshHostCAs
    self.clusterName = clusterName
  }

  /// The content of every file. Order and forms: Teleport's lib/tbot/identity and api/identityfile.
  public var files: [PublishedFile: Secret<String>] {
    let hostCA = hostCAPEMs.map(Self.line).joined()
    let knownHosts = sshHostCAs.map { "@cert-authority *.\(clusterName) \(Self.line($0))" }.joined()
    let sshCertificate = Self.line(sshCertificate)
    let identity =
      Self.line(keyPair.privateKeyPEM.reveal()) + sshCertificate + Self.line(certificatePEM)
      + sshHostCAs.map { "@cert-authority \(clusterName),*.\(clusterName) \(Self.line($0))" }
      .joined() + hostCA
    return [
      .key: keyPair.privateKeyPEM,
      .publicKey: Secret(keyPair.sshPublicKey),
      .certificate: Secret(Self.line(certificatePEM)),
      .sshCertificate: Secret(sshCertificate),
      .hostCA: Secret(hostCA),
      .userCA: Secret(userCAPEMs.map(Self.line).joined()),
      .identity: Secret(identity),
      .knownHosts: Secret(knownHosts),
    ]
  }

  private static func line(_ text: String) -> String { text.hasSuffix("\n") ? text : text + "\n" }
}
