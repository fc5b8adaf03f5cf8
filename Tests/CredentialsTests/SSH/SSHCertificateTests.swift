import Credentials
import FoundationEssentials
import Glibc
import Testing

@Suite struct SSHCertificateTests {
  private static let authority = TestSSHAuthority()

  private func parse(_ line: String) throws(CredentialsError) -> SSHCertificate {
    try SSHCertificate(line: line, source: "a test's line")
  }

  @Test(arguments: [KeyPair.Algorithm.rsa2048, .p256])
  func allPartsAreRead(algorithm: KeyPair.Algorithm) throws {
    let key = try KeyPair.generate(algorithm)
    let line = try Self.authority.issue(
      key.sshPublicKey, criticalOptions: [("source-address", "10.0.0.0/8")])
    let certificate = try parse(line)
    let type = algorithm == .rsa2048 ? "ssh-rsa" : "ecdsa-sha2-nistp256"
    #expect(certificate.type == type + "-cert-v01@openssh.com")
    #expect(certificate.publicKey.line == key.sshPublicKey)
    #expect(
      certificate.publicKey.keyDescription == (algorithm == .rsa2048 ? "RSA 2048" : "ECDSA P-256"))
    #expect(certificate.serial == 7)
    #expect(certificate.kind == .user)
    #expect(certificate.keyID == "bot-x")
    #expect(certificate.principals == ["root", "bot"])
    #expect(certificate.validAfter == Date(timeIntervalSince1970: 1_700_000_000))
    #expect(certificate.validBefore == Date(timeIntervalSince1970: 4_000_000_000))
    #expect(certificate.criticalOptions.map(\.name) == ["source-address"])
    #expect(certificate.criticalOptions.map(\.value) == ["10.0.0.0/8"])
    #expect(certificate.extensions.map(\.name) == ["permit-pty", "teleport-roles"])
    #expect(certificate.extensions.map(\.value) == ["", "{\"v\":1}"])
    #expect(certificate.authority.line == Self.authority.line)
    // A comment is no part of it.
    #expect(try parse(line.dropLast() + " a comment").keyID == "bot-x")
  }

  @Test(arguments: [(UInt64(0), UInt64.max), (1 << 62, 1 << 62)])
  func timesThatNoCalendarHasAreNone(after: UInt64, before: UInt64) throws {
    let key = try KeyPair.generate(.p256)
    let certificate = try parse(
      Self.authority.issue(key.sshPublicKey, kind: 2, validAfter: after, validBefore: before))
    #expect(certificate.validAfter == nil && certificate.validBefore == nil)
    #expect(certificate.kind == .host)
  }

  @Test func whatIsNotWholeIsMalformed() throws {
    let key = try KeyPair.generate(.p256)
    let line = try Self.authority.issue(key.sshPublicKey)
    for text in [
      "", "\n", "ssh-rsa", key.sshPublicKey, line + line, line.dropLast(9) + "\n", "x" + line,
      line.replacing("ecdsa", with: "ssh-rsa"), "\n" + line,
      try Self.authority.issue(key.sshPublicKey, kind: 3),
      try Self.authority.issue("ssh-dss AAAAB3NzaC1kc3M="),
    ] {
      let error = #expect(throws: CredentialsError.self, "\(text.prefix(40))") { try parse(text) }
      #expect(error?.code == .malformed)
      #expect(error?.message.contains("a test's line") == true)
    }
  }

  private static let hasSSHKeygen = access("/usr/bin/ssh-keygen", X_OK) == 0

  /// Certificates and fingerprints that OpenSSH made, for every kind of key and of CA.
  @Test(
    .enabled(if: hasSSHKeygen),
    arguments: [
      ("rsa", "2048", "RSA 2048"), ("rsa", "3072", "RSA 3072"), ("ecdsa", "256", "ECDSA P-256"),
      ("ecdsa", "384", "ECDSA P-384"), ("ecdsa", "521", "ECDSA P-521"),
      ("ed25519", "256", "Ed25519"),
    ])
  func opensshsAreRead(type: String, bits: String, description: String) throws {
    let directory = try TemporaryDirectory()
    let path = directory.path
    let script = """
      cd '\(path)' && ssh-keygen -q -t \(type) -b \(bits) -N '' -C '' -f ca \
      && ssh-keygen -q -t \(type) -b \(bits) -N '' -C 'somebody somewhere' -f id \
      && ssh-keygen -q -s ca -I 'a user' -n one,two -z 42 -V 20240101120000Z:20340101120000Z \
      -O force-command=/bin/true id.pub && ssh-keygen -l -f id.pub > listing
      """
    try #require(system("TZ=UTC; export TZ; " + script) == 0)
    func text(_ name: String) throws -> String {
      try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
    }
    let certificate = try parse(text("id-cert.pub"))
    let key = try SSHPublicKey(line: text("id.pub"), source: "id.pub")
    #expect(key.keyDescription == description)
    #expect(try text("listing").split(separator: " ")[1] == key.fingerprint)
    #expect(certificate.publicKey == key)
    #expect(try certificate.authority == SSHPublicKey(line: text("ca.pub"), source: "ca.pub"))
    #expect(certificate.keyID == "a user" && certificate.serial == 42)
    #expect(certificate.principals == ["one", "two"])
    #expect(certificate.validAfter == Date(timeIntervalSince1970: 1_704_110_400))
    #expect(certificate.validBefore == Date(timeIntervalSince1970: 2_019_729_600))
    #expect(certificate.criticalOptions.map(\.value) == ["/bin/true"])
    #expect(certificate.extensions.map(\.name).contains("permit-pty"))
  }

  @Test func hostAuthoritiesAreRead() throws {
    let line = "@cert-authority a.example,*.a.example \(Self.authority.line.dropLast()) type=host"
    let authority = try SSHHostAuthority(line: line, source: "x")
    #expect(authority.hosts == ["a.example", "*.a.example"])
    #expect(authority.key.line == Self.authority.line)
    for text in ["", "@cert-authority", "@cert-authority a", "@revoked" + line.dropFirst(15)] {
      #expect(
        #expect(throws: CredentialsError.self) { try SSHHostAuthority(line: text, source: "x") }?
          .code == .malformed)
    }
  }
}
