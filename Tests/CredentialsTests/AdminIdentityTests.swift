import Credentials
import FoundationEssentials
import Testing

@Suite struct AdminIdentityTests {
  private let authority: TestAuthority
  private let keyPair: KeyPair
  private let certificate: String

  init() throws {
    authority = try TestAuthority(cluster: "main.example.com")
    keyPair = try KeyPair.generate(.p256)
    certificate = try authority.issue(keyPair, commonName: "host.main", organizations: ["Admin"])
  }

  private func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

  /// The document, with members of `spec` replaced; nil leaves one out.
  private func document(_ changes: [String: String?] = [:]) throws -> [UInt8] {
    let ca = base64(try authority.pem)
    var spec: [String: String?] = [
      "key": "\"\(base64(keyPair.privateKeyPEM.reveal()))\"",
      "ssh_cert": "\"\(base64("ssh-cert"))\"", "tls_cert": "\"\(base64(certificate))\"",
      "tls_ca_certs": "[\"\(ca)\"]", "ssh_ca_certs": "[\"\(base64("ssh-rsa AAAA host"))\"]",
    ]
    spec.merge(changes) { $1 }
    let members = spec.compactMap { key, value in value.map { "\"\(key)\":\($0)" } }
    return Array(
      "{\"kind\":\"identity\",\"version\":\"v2\",\"metadata\":{\"name\":\"current\"},\"spec\":{\(members.joined(separator: ","))}}"
        .utf8)
  }

  private func failure(_ json: [UInt8]) throws -> CredentialsError {
    let error = try #require(
      #expect(throws: CredentialsError.self) {
        try AdminIdentity(json: json, source: "/d/sqlite.db")
      })
    #expect(error.message.contains("/d/sqlite.db"))
    for line in secretLines(keyPair) { #expect(!error.message.contains(line)) }
    #expect(!error.message.contains(base64(keyPair.privateKeyPEM.reveal())))
    return error
  }

  @Test func allPartsAreRead() throws {
    let admin = try AdminIdentity(json: document(), source: "a test")
    #expect(admin.clusterName == "main.example.com")
    #expect(admin.sshHostCAs == ["ssh-rsa AAAA host"])
    #expect(admin.identity.certificate.commonName == "host.main")
    #expect(admin.identity.certificate.organizations == ["Admin"])
    #expect(admin.identity.trustedCAPEMs == [try authority.pem])
  }

  @Test func severalAuthoritiesAreKeptDuringARotation() throws {
    let second = try TestAuthority(cluster: "main.example.com").pem
    let both = "[\"\(base64(try authority.pem))\",\"\(base64(second))\"]"
    let admin = try AdminIdentity(json: document(["tls_ca_certs": both]), source: "a test")
    #expect(admin.identity.trustedCAPEMs == [try authority.pem, second])
  }

  @Test(arguments: ["key", "tls_cert", "tls_ca_certs", "ssh_ca_certs"])
  func aMissingPartIsMalformed(part: String) throws {
    #expect(try failure(document([part: nil])).code == .malformed)
  }

  @Test func rubbishIsMalformed() throws {
    #expect(try failure([]).code == .malformed)
    #expect(try failure(Array("{".utf8)).code == .malformed)
    #expect(try failure(Array("[]".utf8)).code == .malformed)
    #expect(try failure(document(["key": "\"not base64!\""])).code == .malformed)
    let key = base64("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    #expect(try failure(document(["key": "\"\(key)\""])).code == .malformed)
    #expect(try failure(document(["tls_cert": "\"\(base64("no PEM"))\""])).code == .malformed)
    #expect(try failure(document(["tls_ca_certs": "[\"\(base64("no PEM"))\"]"])).code == .malformed)
  }

  @Test func noHostCAIsMalformedAndSaysSo() throws {
    let error = try failure(document(["tls_ca_certs": "[]"]))
    #expect(error.code == .malformed)
    #expect(error.message.contains("host CA"))
  }

  @Test func aKeyOfAnotherCertificateIsAMismatch() throws {
    let other = try KeyPair.generate(.rsa2048).privateKeyPEM.reveal()
    #expect(try failure(document(["key": "\"\(base64(other))\""])).code == .mismatch)
  }

  @Test func aDataDirectoryWithoutTheRowIsNotReady() throws {
    let directory = try TemporaryDirectory()
    let database = try TestDatabase.create(in: directory.path)
    let error = try #require(
      #expect(throws: CredentialsError.self) { try AdminIdentity(dataDirectory: directory.path) })
    #expect(error.code == .notReady)
    #expect(error.message.contains("/ids/admin/current"))
    try database.put("/ids/admin/current", String(decoding: document(), as: UTF8.self))
    #expect(try AdminIdentity(dataDirectory: directory.path).clusterName == "main.example.com")
  }
}
