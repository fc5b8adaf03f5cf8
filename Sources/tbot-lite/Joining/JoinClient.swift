import Credentials
import FoundationEssentials
import Operations
import TeleportClient

/// Joins a cluster: recognises it first, then shows the token.
struct JoinClient: Sendable {
  let server: ServerRoute
  let trust: FirstContact
  let certificateTTL: Duration

  /// - Parameter authorities: host CAs that are trusted already; else the first contact decides.
  /// - Returns: the identity's parts, with those host CAs that were trusted and no others.
  func join(
    token: Secret<String>, idToken: Secret<String>? = nil, authorities: [String]? = nil,
    at moment: Moment
  ) async throws -> IssuedCredentials {
    let trusted: [String]
    if let authorities { trusted = authorities } else { trusted = try await firstContact() }
    // RSA is what every generation takes; which one this is shows only afterwards.
    let keyPair = try await onBlockingThread { try KeyPair.generate(.rsa2048) }
    let lifetime = TimeInterval(certificateTTL.components.seconds)
    let joined = try await Joining.join(
      server.address(), trusting: trusted,
      JoinRequest(
        token: token, idToken: idToken, keyPair: keyPair,
        notAfter: moment.serverTime.addingTimeInterval(lifetime)))
    let facts = try CertificateFacts(
      pem: joined.certificatePEM, source: "the auth service's reply")
    return IssuedCredentials(
      keyPair: keyPair, certificatePEM: joined.certificatePEM,
      sshCertificate: joined.sshCertificate, hostCAPEMs: trusted, userCAPEMs: [],
      // The reply mixes the user CA's keys with the host CA's; the connection that follows tells them apart.
      sshHostCAs: [],
      clusterName: facts.clusterName ?? facts.issuerOrganization ?? "")
  }

  private func firstContact() async throws -> [String] {
    switch trust {
    case .pins(let texts):
      let pins = try texts.map { text throws(TeleportError) in try CAPin(text) }
      return try await ClusterTrust.fetch(from: server.address(), pinnedBy: pins)
    case .file(let path):
      let text = try await SecretFile.text(of: path, what: "the CA file").reveal()
      let blocks = PEM.blocks(text, label: "CERTIFICATE")
      guard !blocks.isEmpty else {
        throw CredentialsError(.malformed, "\(path) has no PEM certificate")
      }
      return blocks
    }
  }
}

extension TokenSource {
  func token() async throws -> Secret<String> {
    switch self {
    case .value(let token): token
    case .file(let path): try await SecretFile.text(of: path, what: "the token file")
    }
  }
}

/// Small files that somebody else writes.
enum SecretFile {
  /// The file's text without white space around it.
  static func text(of path: String, what: String) async throws -> Secret<String> {
    let text = try await onBlockingThread {
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
        throw CredentialsError(.notReady, "cannot read \(what) \(path)")
      }
      return text
    }
    let trimmed = text.drop(while: \.isWhitespace)
    guard let end = trimmed.lastIndex(where: { !$0.isWhitespace }) else {
      throw CredentialsError(.notReady, "\(what) \(path) is empty")
    }
    return Secret(String(trimmed[...end]))
  }
}
