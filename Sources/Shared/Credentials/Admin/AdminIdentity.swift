import FoundationEssentials
import Operations
import X509

/// The auth node's own admin identity, as `tctl` uses it on an auth node.
///
/// Source: row `/ids/admin/current` of the process storage, Teleport 11 to 18.
public struct AdminIdentity: Sendable {
  public let identity: TLSIdentity
  /// authorized_keys lines of the host CA.
  public let sshHostCAs: [String]
  /// From the certificate's issuer.
  public let clusterName: String

  static let key = "/ids/admin/current"

  /// Reads the identity from a data directory. Blocks.
  ///
  /// - Throws: `.notReady` where the auth service has not written it yet, `.malformed` where it is not what it should be.
  public init(dataDirectory: String) throws(CredentialsError) {
    let storage = ProcessStorage(dataDirectory: dataDirectory)
    guard let value = try storage.value(Self.key) else {
      throw CredentialsError(
        .notReady,
        "\(storage.path) has no admin identity (\(Self.key)) yet; the auth service writes it when it first starts"
      )
    }
    try self.init(json: value, source: storage.path)
  }

  /// - Parameter source: where the value came from, for error messages.
  public init(json: [UInt8], source: String) throws(CredentialsError) {
    guard let document = try? JSONDecoder().decode(Document.self, from: Data(json)) else {
      throw CredentialsError(
        .malformed, "the admin identity in \(source) is not in the form that Teleport writes")
    }
    let spec = document.spec
    identity = try TLSIdentity(
      certificatePEM: String(decoding: spec.certificate, as: UTF8.self),
      keyPEM: Secret(String(decoding: spec.key, as: UTF8.self)),
      trustedCAPEMs: spec.hostCAs.map { String(decoding: $0, as: UTF8.self) },
      source: source)
    sshHostCAs = spec.sshHostCAs.map { String(decoding: $0, as: UTF8.self) }
    guard let cluster = identity.certificate.issuerOrganization else {
      throw CredentialsError(
        .malformed, "the admin certificate in \(source) does not name its cluster")
    }
    clusterName = cluster
  }

  /// Byte fields are base64, which `Data` decodes.
  private struct Document: Decodable {
    struct Spec: Decodable {
      let key: Data
      let certificate: Data
      let hostCAs: [Data]
      let sshHostCAs: [Data]

      enum CodingKeys: String, CodingKey {
        case key
        case certificate = "tls_cert"
        case hostCAs = "tls_ca_certs"
        case sshHostCAs = "ssh_ca_certs"
      }
    }
    let spec: Spec
  }
}
