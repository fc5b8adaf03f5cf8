import Credentials
import Operations
import Testing

extension PublishedCredentials {
  /// Our parsers and OpenSSH's programs on the same files.
  @Suite(
    .enabled(if: SSHProgram.keygen != nil, "ssh-keygen is missing: apt install openssh-client"))
  struct ParserTests {
    @Test("we read of the SSH certificate what ssh-keygen reads", arguments: majors)
    func certificate(major: Int) async throws {
      let published = try PublishedCredentials.of(major)
      let keygen = try #require(SSHProgram.keygen)
      let shown = try await keygen.run("-L", "-f", published.path("key-cert.pub"))

      let certificate = try SSHCertificate(
        line: published.text("key-cert.pub"), source: "key-cert.pub")

      #expect(shown.lines.contains("Type: \(certificate.type) \(certificate.kind) certificate"))
      #expect(shown.lines.contains("Key ID: \"\(certificate.keyID)\""))
      #expect(shown.lines.contains("Serial: \(certificate.serial)"))
      #expect(
        shown.lines.contains {
          $0.hasPrefix("Signing CA: ") && $0.contains(" \(certificate.authority.fingerprint) ")
        })
      #expect(
        shown.lines(after: "Principals:", before: "Critical Options:") == certificate.principals)
      #expect(certificate.extensions.map(\.name).contains("teleport-roles"))
    }

    @Test("the identity file is taken apart into what was published", arguments: majors)
    func identityFile(major: Int) throws {
      let published = try PublishedCredentials.of(major)

      let file = try IdentityFile(Secret(published.text("identity")), source: "identity")

      #expect(file.tls.certificatePEM == (try published.text("tlscert")))
      #expect(file.sshCertificateLine == (try published.text("key-cert.pub")))
      #expect(file.sshCertificate.keyID == Publication.user)
      #expect(file.sshHostCAs.map(\.hosts.first) == [published.sandbox.clusterName])
      let facts = file.tls.certificate
      #expect(facts.keyDescription == (major < 17 ? "RSA 2048" : "ECDSA P-256"))
      #expect(facts.clusterName == published.sandbox.clusterName)
      #expect(facts.impersonator != nil && !facts.isRenewable && facts.generation == nil)
    }
  }
}
