import Credentials
import Testing

@Suite struct IssuedCredentialsTests {
  private let credentials: IssuedCredentials
  private let files: [PublishedFile: String]

  init() throws {
    let authority = try TestAuthority()
    let keyPair = try KeyPair.generate(.rsa2048)
    credentials = IssuedCredentials(
      keyPair: keyPair, certificatePEM: try authority.issue(keyPair), sshCertificate: "ssh-cert A",
      hostCAPEMs: [try authority.pem, try TestAuthority().pem], userCAPEMs: ["user CA"],
      sshHostCAs: ["ssh-rsa ONE\n", "ssh-rsa TWO"], clusterName: "main.example.com")
    files = credentials.files.mapValues { $0.reveal() }
  }

  @Test func everyFileEndsWithANewline() {
    #expect(!files.isEmpty)
    for (file, content) in files {
      #expect(content.hasSuffix("\n"), "\(file)")
      #expect(!content.contains("\n\n"), "\(file)")
    }
  }

  @Test func contentsAreTbots() throws {
    #expect(files[.key] == credentials.keyPair.privateKeyPEM.reveal())
    #expect(files[.publicKey] == credentials.keyPair.sshPublicKey)
    #expect(files[.certificate] == credentials.certificatePEM)
    #expect(files[.sshCertificate] == "ssh-cert A\n")
    #expect(files[.hostCA] == credentials.hostCAPEMs.joined())
    #expect(files[.userCA] == "user CA\n")
    #expect(
      files[.knownHosts] == """
        @cert-authority *.main.example.com ssh-rsa ONE
        @cert-authority *.main.example.com ssh-rsa TWO

        """)
  }

  /// Order of teleport-wire.md E.2: first PEM block key, second certificate, the others CAs.
  @Test func theIdentityFileIsInTeleportsOrder() throws {
    let identity = try #require(files[.identity])
    let blocks = PEM.blocks(identity)
    #expect(blocks.count == 4)
    #expect(blocks.first == credentials.keyPair.privateKeyPEM.reveal())
    #expect(blocks.dropFirst().first == credentials.certificatePEM)
    #expect(Array(blocks.dropFirst(2)) == credentials.hostCAPEMs)
    var rest = identity
    for block in blocks { rest = rest.replacing(block, with: "", maxReplacements: 1) }
    #expect(
      rest == """
        ssh-cert A
        @cert-authority main.example.com,*.main.example.com ssh-rsa ONE
        @cert-authority main.example.com,*.main.example.com ssh-rsa TWO

        """)
    let line = try #require(identity.firstRange(of: "ssh-cert A"))
    let second = try #require(identity.firstRange(of: "-----BEGIN CERTIFICATE"))
    #expect(line.upperBound < second.lowerBound)
  }
}
