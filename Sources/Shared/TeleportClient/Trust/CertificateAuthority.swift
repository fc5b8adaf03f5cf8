import FoundationEssentials
import SwiftProtobuf

/// The authorities of a cluster that its clients have to know.
public enum CertificateAuthorityType: String, Sendable, CaseIterable {
  case host
  case user
  case database = "db"
}

/// The public halves of an authority. In a rotation there are two of each.
public struct CertificateAuthority: Hashable, Sendable {
  /// PEM, those that sign now first.
  public let tlsCertificates: [String]
  /// authorized_keys lines without newlines, those that sign now first.
  public let sshPublicKeys: [String]

  init(_ message: Proto_CertAuthority) {
    let sets = [message.spec.activeKeys, message.spec.additionalTrustedKeys]
    self.init(
      tls: sets.flatMap { $0.tls.map(\.cert) }, ssh: sets.flatMap { $0.ssh.map(\.publicKey) })
  }

  init(_ document: AuthorityDocument) {
    let sets = [document.spec.activeKeys, document.spec.additionalTrustedKeys]
    self.init(
      tls: sets.flatMap { $0?.tls ?? [] }.compactMap(\.cert),
      ssh: sets.flatMap { $0?.ssh ?? [] }.compactMap(\.publicKey))
  }

  private init(tls: [Data], ssh: [Data]) {
    tlsCertificates = tls.map { String(decoding: $0, as: UTF8.self) }.filter { !$0.isEmpty }
    sshPublicKeys = ssh.map { line in
      let end = line.lastIndex { $0 != 0x0a && $0 != 0x0d }.map { $0 + 1 } ?? line.startIndex
      return String(decoding: line[line.startIndex..<end], as: UTF8.self)
    }.filter { !$0.isEmpty }
  }
}

/// types.CertAuthorityV2 as servers up to 12 give it over HTTP; byte fields are base64, which `Data` decodes.
struct AuthorityDocument: Decodable {
  struct Spec: Decodable {
    let activeKeys: KeySet?
    let additionalTrustedKeys: KeySet?

    enum CodingKeys: String, CodingKey {
      case activeKeys = "active_keys"
      case additionalTrustedKeys = "additional_trusted_keys"
    }
  }

  struct KeySet: Decodable {
    let ssh: [SSHKeyPair]?
    let tls: [TLSKeyPair]?
  }

  struct SSHKeyPair: Decodable {
    let publicKey: Data?
    enum CodingKeys: String, CodingKey { case publicKey = "public_key" }
  }

  struct TLSKeyPair: Decodable { let cert: Data? }

  let spec: Spec
}
