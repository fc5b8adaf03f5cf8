import FoundationEssentials
import Testing

extension PublishedCredentials {
  /// OpenSSL on what the issued certificate says of its holder.
  @Suite struct SubjectTests {
    @Test("subject and issuer name the user, its role and the cluster", arguments: majors)
    func subject(major: Int) throws {
      let published = try PublishedCredentials.of(major)
      let leaf = try OpenSSLCertificate(pem: try published.text("tlscert"))
      let cluster = published.sandbox.clusterName

      #expect(try leaf.subject("CN") == [Publication.user])
      #expect(try leaf.subject("O") == [Publication.role])
      #expect(try leaf.subject("L").contains("-teleport-internal-join"))
      #expect(try leaf.subject("street") == [cluster])
      #expect(try leaf.subject("1.3.9999.1.7") == [cluster])
      #expect(try leaf.issuer("CN") == [cluster])
      #expect(try leaf.issuer("O") == [cluster])
      #expect(try leaf.issuer("serialNumber").count == 1)
    }

    @Test(
      "the impersonator is the auth node, and the certificate is not renewable", arguments: majors)
    func impersonator(major: Int) throws {
      let published = try PublishedCredentials.of(major)
      let leaf = try OpenSSLCertificate(pem: try published.text("tlscert"))
      let hostID = try String(
        contentsOfFile: "\(published.sandbox.dataDirectory)/host_uuid", encoding: .utf8
      )
      .filter { !$0.isWhitespace }

      #expect(try leaf.subject("1.3.9999.2.7") == ["\(hostID).\(published.sandbox.clusterName)"])
      // Renewable certificates come with a generation counter, which locks a bot that gets it wrong.
      #expect(try leaf.subject("1.3.9999.1.13").isEmpty)
      #expect(try leaf.subject("1.3.9999.1.14").isEmpty)
    }
  }
}
