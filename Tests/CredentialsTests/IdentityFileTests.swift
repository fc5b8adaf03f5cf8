import Credentials
import FoundationEssentials
import Operations
import Testing

@Suite struct IdentityFileTests {
  private static let authority = try? TestAuthority()

  private func credentials() throws -> IssuedCredentials {
    try #require(Self.authority).credentials()
  }

  private func failure(_ text: String) throws -> CredentialsError {
    let error = try #require(
      #expect(throws: CredentialsError.self) {
        try IdentityFile(Secret(text), source: "/run/identity/identity")
      })
    #expect(error.message.contains("/run/identity/identity"))
    return error
  }

  @Test func whatIsPublishedIsRead() throws {
    let credentials = try credentials()
    let text = try #require(credentials.files[.identity])
    let file = try IdentityFile(text, source: "a test")
    let isKey = file.tls.keyPEM == credentials.keyPair.privateKeyPEM
    #expect(isKey)
    #expect(file.tls.certificatePEM == credentials.certificatePEM)
    #expect(file.tls.trustedCAPEMs == credentials.hostCAPEMs)
    #expect(file.sshCertificateLine == credentials.sshCertificate)
    #expect(file.sshCertificate.publicKey.line == credentials.keyPair.sshPublicKey)
    #expect(file.sshHostCAs.map(\.hosts) == [["example.com", "*.example.com"]])
    #expect(file.sshHostCAs.map(\.key.line) == credentials.sshHostCAs)
    var shown = ""
    dump(file, to: &shown)
    for line in secretLines(credentials.keyPair) { #expect(!shown.contains(line)) }
  }

  @Test func partsOfTwoIdentitiesAreAMismatch() throws {
    let (one, other) = (try credentials(), try credentials())
    let text = try #require(one.files[.identity]).reveal()
    for (part, foreign) in [
      (one.keyPair.privateKeyPEM.reveal(), other.keyPair.privateKeyPEM.reveal()),
      (one.certificatePEM, other.certificatePEM), (one.sshCertificate, other.sshCertificate),
    ] {
      #expect(try failure(text.replacing(part, with: foreign)).code == .mismatch)
    }
  }

  @Test func whatIsMissingOrTooMuchIsMalformed() throws {
    let one = try credentials()
    let text = try #require(one.files[.identity]).reveal()
    for part in [
      one.keyPair.privateKeyPEM.reveal(), one.certificatePEM, one.sshCertificate,
      one.hostCAPEMs[0],
    ] {
      #expect(try failure(text.replacing(part, with: "")).code == .malformed)
    }
    for wrong in ["", "rubbish\n" + text, text + one.sshCertificate, text.dropLast(30) + "\n"] {
      #expect(try failure(wrong).code == .malformed)
    }
    let marker = text.replacing("@cert-authority", with: "@revoked")
    #expect(try failure(marker).code == .malformed)
  }
}
