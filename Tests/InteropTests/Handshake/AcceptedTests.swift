import COpenSSL
import Testing

extension PublishedCredentials {
  /// OpenSSL's handshake with the auth port, where it is to succeed.
  @Suite struct AcceptedTests {
    @Test(
      "the published credentials are accepted", arguments: majors,
      [TLSClient.Version.tls12, .tls13])
    func accepted(major: Int, version: TLSClient.Version) async throws {
      let published = try PublishedCredentials.of(major)

      let greeting = try await published.tlsClient.speaking(version).greet()

      #expect(greeting.version == version.rawValue)
      #expect(greeting.applicationProtocol == "h2")
      #expect(greeting.verifyResult == X509_V_OK)
      #expect(greeting.beginsWithSettings)
      #expect(
        greeting.serverCertificate == (try await published.sandbox.adminCredentials.certificate))
      #expect(greeting.serverChainLength == 1)
    }

    @Test("client and server agree on the newest version by themselves", arguments: majors)
    func newestVersion(major: Int) async throws {
      let greeting = try await PublishedCredentials.of(major).tlsClient.greet()

      #expect(greeting.version == TLS1_3_VERSION)
    }

    @Test("TLS 1.2 has forward secrecy and authenticated encryption", arguments: majors)
    func cipher(major: Int) async throws {
      let greeting = try await PublishedCredentials.of(major).tlsClient.speaking(.tls12).greet()

      #expect(greeting.cipher.hasPrefix(major < 17 ? "ECDHE-RSA-" : "ECDHE-ECDSA-"))
      #expect(greeting.cipher.contains("GCM") || greeting.cipher.contains("CHACHA20"))
    }

    @Test("the server asks for certificates of the user CA and of the host CA", arguments: majors)
    func requestedAuthorities(major: Int) async throws {
      let published = try PublishedCredentials.of(major)
      let own = try ["teleport-user-ca.crt", "teleport-host-ca.crt"].flatMap { name in
        try OpenSSLCertificate(pem: try published.text(name)).subject("serialNumber")
      }

      let greeting = try await published.tlsClient.greet()

      // Stacks that choose a certificate by this list would send none if the user CA were missing.
      #expect(own.count == 2)
      #expect(Set(greeting.requestedAuthorities) == Set(own))
    }

    @Test(
      "the combined identity file serves as certificate, key and authority at once",
      arguments: majors)
    func identityFile(major: Int) async throws {
      let published = try PublishedCredentials.of(major)
      let identity = try published.text("identity")
      let blocks = try OpenSSLCertificate.all(inPEM: identity)
      var client = try published.tlsClient
      (client.certificate, client.key) = (identity, identity)
      client.roots = try blocks.dropFirst().map { try $0.pem }.joined()

      let greeting = try await client.greet()

      #expect(blocks.count == 2)
      #expect(greeting.beginsWithSettings)
    }

    @Test("who shows no certificate is let in, as nobody")
    func withoutCertificate() async throws {
      var client = try PublishedCredentials.of(18).tlsClient
      (client.certificate, client.key) = (nil, nil)

      #expect(try await client.greet().beginsWithSettings)
    }
  }
}
