import COpenSSL
import Testing

extension PublishedCredentials {
  /// OpenSSL's handshake with the auth port, where one side is to refuse the other.
  @Suite struct RefusedTests {
    static let versions = [TLSClient.Version.tls12, .tls13]

    @Test("a certificate of a foreign CA is refused", arguments: majors, versions)
    func foreign(major: Int, version: TLSClient.Version) async throws {
      let published = try PublishedCredentials.of(major)
      let model = try OpenSSLCertificate(pem: try published.text("tlscert"))
      let shown = try ForeignAuthority(commonName: "somebody else").client(withSubjectOf: model)

      let error = try await refusal(published, shown.certificatePEM, shown.keyPEM, version)

      #expect(error.reasons == [SSL_R_TLSV1_ALERT_UNKNOWN_CA])
    }

    @Test(
      "a certificate of a CA that only has the user CA's name is refused", arguments: majors,
      versions)
    func forged(major: Int, version: TLSClient.Version) async throws {
      let published = try PublishedCredentials.of(major)
      let model = try OpenSSLCertificate(pem: try published.text("tlscert"))
      let authority = try OpenSSLCertificate(pem: try published.text("teleport-user-ca.crt"))
      let shown = try ForeignAuthority(imitating: authority).client(withSubjectOf: model)

      let error = try await refusal(published, shown.certificatePEM, shown.keyPEM, version)

      // By the signature: the name is right.
      let alerts = [SSL_R_TLSV1_ALERT_DECRYPT_ERROR, SSL_R_TLSV1_ALERT_UNKNOWN_CA]
      #expect(error.reasons.count == 1 && alerts.contains(error.reasons[0]), "\(error)")
    }

    @Test("an expired certificate is refused", arguments: majors, versions)
    func expired(major: Int, version: TLSClient.Version) async throws {
      let published = try PublishedCredentials.of(major)
      // Issued a minute back, as all are.
      let shown = try await published.sandbox.credentials(
        forUser: Publication.user, lifetime: .seconds(-30))

      let error = try await refusal(published, shown.certificate, shown.key, version)

      #expect(error.reasons == [SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED])
    }

    @Test("a certificate with somebody else's key does not get as far as the server")
    func mismatch() async throws {
      let published = try PublishedCredentials.of(18)
      let other = try OpenSSLKey.generateP256().privatePEM

      let error = try await refusal(published, try published.text("tlscert"), other, .tls13)

      #expect(error.reasons.contains(X509_R_KEY_VALUES_MISMATCH))
    }

    @Test("a client that trusts the user CA refuses the server", arguments: majors)
    func wrongAuthority(major: Int) async throws {
      var client = try PublishedCredentials.of(major).tlsClient
      client.roots = try PublishedCredentials.of(major).text("teleport-user-ca.crt")
      let refusing = client

      let error = await #expect(throws: OpenSSLError.self) { try await refusing.greet() }

      #expect(error?.reasons == [SSL_R_CERTIFICATE_VERIFY_FAILED])
    }

    @Test("a client that wants another name refuses the server")
    func wrongName() async throws {
      var client = try PublishedCredentials.of(18).tlsClient
      client.serverName = "teleport.example.com"
      let refusing = client

      let error = await #expect(throws: OpenSSLError.self) { try await refusing.greet() }

      #expect(error?.reasons == [SSL_R_CERTIFICATE_VERIFY_FAILED])
    }

    @Test("TLS 1.1 is refused", arguments: majors)
    func oldVersion(major: Int) async throws {
      let client = try PublishedCredentials.of(major).tlsClient.speaking(.tls11)

      let error = await #expect(throws: OpenSSLError.self) { try await client.greet() }

      #expect(error?.reasons == [SSL_R_TLSV1_ALERT_PROTOCOL_VERSION])
    }

    @Test("a client that only speaks HTTP/1.1 gets no settings", arguments: versions)
    func otherProtocol(version: TLSClient.Version) async throws {
      var client = try PublishedCredentials.of(18).tlsClient.speaking(version)
      client.protocols = ["http/1.1"]

      let words = Array("GET / HTTP/1.1\r\nhost: auth\r\n\r\n".utf8)
      let greeting = try? await client.greet(saying: words)

      #expect(greeting?.applicationProtocol == nil)
      #expect(greeting?.beginsWithSettings != true)
    }

    private func refusal(
      _ published: Publication, _ certificate: String, _ key: String, _ version: TLSClient.Version
    ) async throws -> OpenSSLError {
      var client = try published.tlsClient.speaking(version)
      (client.certificate, client.key) = (certificate, key)
      let refused = client
      return try #require(
        await #expect(throws: OpenSSLError.self) { try await refused.greet() })
    }
  }
}
