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
        @cert-authority main.example.com,*.main.example.com ssh-rsa ONE type=host
        @cert-authority main.example.com,*.main.example.com ssh-rsa TWO type=host

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
        @cert-authority main.example.com,*.main.example.com ssh-rsa ONE type=host
        @cert-authority main.example.com,*.main.example.com ssh-rsa TWO type=host

        """)
    let line = try #require(identity.firstRange(of: "ssh-cert A"))
    let second = try #require(identity.firstRange(of: "-----BEGIN CERTIFICATE"))
    #expect(line.upperBound < second.lowerBound)
  }

  @Test func theTLSOutputHasThreeFiles() {
    let tls = credentials.tlsFiles().mapValues { $0.reveal() }
    #expect(tls.keys.map(\.rawValue).sorted() == ["tls.cas", "tls.crt", "tls.key"])
    #expect(tls[.tlsKey] == files[.key])
    #expect(tls[.tlsCertificate] == files[.certificate])
    #expect(tls[.tlsAuthorities] == files[.hostCA])
  }

  @Test func anIdentityOutputHasAnSSHConfigThatKnowsItsPlace() throws {
    let all = try credentials.files(destination: "/run/identity").mapValues { $0.reveal() }
    #expect(all[.sshConfig]?.contains("IdentityFile \"/run/identity/key\"") == true)
    #expect(all.count == files.count + 1)
    let proxy = SSHConfig.Proxy(host: "proxy.example.com", port: 443, executable: "/bin/tbot")
    let known = try credentials.files(destination: "/run/identity", proxy: proxy)[.knownHosts]
    let hosts = "proxy.example.com,main.example.com,*.main.example.com"
    #expect(known?.reveal().hasPrefix("@cert-authority \(hosts) ssh-rsa ONE type=host\n") == true)
    #expect(throws: CredentialsError.self) { try credentials.files(destination: "run") }
  }

  @Test func databaseCAsAreThereWhereThereAreAny() throws {
    #expect(files[.databaseCA] == nil)
    let other = IssuedCredentials(
      keyPair: credentials.keyPair, certificatePEM: "c", sshCertificate: "s", hostCAPEMs: ["h"],
      userCAPEMs: ["u"], databaseCAPEMs: ["d", "e"], sshHostCAs: ["k"], clusterName: "main")
    #expect(other.files[.databaseCA]?.reveal() == "d\ne\n")
    let storage = other.storageFiles(tokenHash: "abc").mapValues { $0.reveal() }
    #expect(storage[.tokenHash] == "abc")
    #expect(storage[.storedTLSAuthorities] == "u$h")
    #expect(storage[.storedSSHAuthorities] == "k\n")
    #expect(storage[.key] == files[.key] && storage[.certificate] == "c\n")
  }
}
