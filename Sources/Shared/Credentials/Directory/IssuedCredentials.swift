import Operations

/// What a renewal brings, in memory.
public struct IssuedCredentials: Sendable {
  public let keyPair: KeyPair
  public let certificatePEM: String
  /// An authorized_keys-format certificate line.
  public let sshCertificate: String
  public let hostCAPEMs: [String]
  public let userCAPEMs: [String]
  public let databaseCAPEMs: [String]
  /// authorized_keys lines of the host CA.
  public let sshHostCAs: [String]
  public let clusterName: String

  public init(
    keyPair: KeyPair, certificatePEM: String, sshCertificate: String, hostCAPEMs: [String],
    userCAPEMs: [String], databaseCAPEMs: [String] = [], sshHostCAs: [String], clusterName: String
  ) {
    self.keyPair = keyPair
    self.certificatePEM = certificatePEM
    self.sshCertificate = sshCertificate
    self.hostCAPEMs = hostCAPEMs
    self.userCAPEMs = userCAPEMs
    self.databaseCAPEMs = databaseCAPEMs
    self.sshHostCAs = sshHostCAs
    self.clusterName = clusterName
  }
}
