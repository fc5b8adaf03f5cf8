import COpenSSL
import Testing

extension PublishedCredentials {
  /// OpenSSL on the files of a `tls` output.
  @Suite struct TLSFilesTests {
    @Test("key and certificate are a pair, and the CAs vouch for the server", arguments: majors)
    func files(major: Int) async throws {
      let published = try PublishedCredentials.of(major)
      let leaf = try OpenSSLCertificate(pem: try published.text("tls.crt"))
      let server = try await published.sandbox.adminCredentials.certificate

      #expect(leaf.isFor(try OpenSSLKey(privatePEM: try published.text("tls.key"))))
      #expect(try leaf.subject("CN") == [Publication.user])
      let verification = OpenSSLVerification(
        roots: try published.text("tls.cas"), purpose: .server(host: "teleport.cluster.local"))
      #expect(try verification.result(for: server) == X509_V_OK)
    }

    @Test("a TLS client gets through with them", arguments: majors)
    func handshake(major: Int) async throws {
      let published = try PublishedCredentials.of(major)
      let client = TLSClient(
        host: published.sandbox.host, port: published.sandbox.port,
        serverName: "teleport.cluster.local", roots: try published.text("tls.cas"),
        certificate: try published.text("tls.crt"), key: try published.text("tls.key"))

      #expect(try await client.greet().verifyResult == X509_V_OK)
    }
  }
}
