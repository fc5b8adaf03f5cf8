import COpenSSL
import FoundationEssentials
import Testing

extension PublishedCredentials {
  /// OpenSSL on who signed what.
  @Suite struct ChainTests {
    @Test("the issued certificate chains to the user CA alone", arguments: majors)
    func clientChain(major: Int) throws {
      let published = try PublishedCredentials.of(major)
      let leaf = try published.text("tlscert")
      let user = try published.text("teleport-user-ca.crt")
      let host = try published.text("teleport-host-ca.crt")

      #expect(
        try OpenSSLVerification(roots: user, purpose: .client).result(for: leaf) == X509_V_OK)
      // The two authorities have the same name but for a serial number in it.
      #expect(
        try OpenSSLVerification(roots: host, purpose: .client).result(for: leaf)
          == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY)
      #expect(
        try OpenSSLVerification(roots: "", purpose: .client).result(for: leaf)
          == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY)
    }

    @Test("a certificate of a forger who bears the user CA's name is found out", arguments: majors)
    func forgedChain(major: Int) throws {
      let published = try PublishedCredentials.of(major)
      let user = try published.text("teleport-user-ca.crt")
      let forger = try ForeignAuthority(imitating: try OpenSSLCertificate(pem: user))
      let forged = try forger.client(
        withSubjectOf: try OpenSSLCertificate(pem: try published.text("tlscert")))

      let result = try OpenSSLVerification(roots: user, purpose: .client)
        .result(for: forged.certificatePEM)

      #expect(result == X509_V_ERR_CERT_SIGNATURE_FAILURE)
    }

    @Test(
      "the certificate serves from a minute before it was issued until the end asked for",
      arguments: majors)
    func validity(major: Int) throws {
      let published = try PublishedCredentials.of(major)
      let pem = try published.text("tlscert")
      let roots = try published.text("teleport-user-ca.crt")
      let leaf = try OpenSSLCertificate(pem: pem)
      func result(at time: Date) throws -> Int32 {
        try OpenSSLVerification(roots: roots, purpose: .client, time: time).result(for: pem)
      }

      let end = published.issuedAt.addingTimeInterval(Publication.lifetime)
      // Certificates know whole seconds only.
      #expect(try leaf.notAfter.timeIntervalSince1970 == end.timeIntervalSince1970.rounded(.down))
      // Rounded to whole seconds, one way or the other.
      let issue = try leaf.notBefore.addingTimeInterval(60)
      #expect(issue > published.issuedAt.addingTimeInterval(-1))
      #expect(issue < published.publishedAt.addingTimeInterval(1))
      #expect(try result(at: leaf.notBefore.addingTimeInterval(1)) == X509_V_OK)
      #expect(try result(at: leaf.notAfter.addingTimeInterval(-1)) == X509_V_OK)
      #expect(
        try result(at: leaf.notBefore.addingTimeInterval(-1)) == X509_V_ERR_CERT_NOT_YET_VALID)
      #expect(try result(at: leaf.notAfter.addingTimeInterval(1)) == X509_V_ERR_CERT_HAS_EXPIRED)
    }

    @Test("the server's certificate is the host CA's, and for its names only", arguments: majors)
    func serverChain(major: Int) async throws {
      let published = try PublishedCredentials.of(major)
      let server = try await published.sandbox.adminCredentials.certificate
      let host = try published.text("teleport-host-ca.crt")
      let user = try published.text("teleport-user-ca.crt")
      func result(_ roots: String, _ name: String) throws -> Int32 {
        try OpenSSLVerification(roots: roots, purpose: .server(host: name)).result(for: server)
      }

      #expect(try result(host, "teleport.cluster.local") == X509_V_OK)
      // The name that Teleport's own clients ask for: the cluster's, in hexadecimal digits.
      let label = published.sandbox.clusterName.utf8.map { String($0, radix: 16) }.joined()
      #expect(try result(host, "\(label).teleport.cluster.local") == X509_V_OK)
      #expect(try result(host, "teleport.example.com") == X509_V_ERR_HOSTNAME_MISMATCH)
      #expect(
        try result(user, "teleport.cluster.local")
          == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY)
    }
  }
}
