import CCurl
import Testing

extension PublishedCredentials {
  /// libcurl on the auth port, reading the published files by their paths as any tool would.
  @Suite struct CurlAuthTests {
    @Test("the files at their paths make a connection as the bot", arguments: majors)
    func byPath(major: Int) async throws {
      let published = try PublishedCredentials.of(major)
      let role = GRPCCall.role(Publication.role, version: "\(major).0.0")
      let replies = try await CurlHandle.perform([
        published.curl(.ping), published.curl(role),
      ])

      #expect(replies.map(\.result) == [CURLE_OK.rawValue, CURLE_OK.rawValue])
      #expect(replies.map(\.status) == [200, 200])
      #expect(replies.map(\.version) == [CURL_HTTP_VERSION_2_0, CURL_HTTP_VERSION_2_0])
      #expect(replies.map { $0["grpc-status"] } == ["0", "0"])
      #expect(replies.map(\.newConnections) == [1, 0])
    }

    @Test("the identity file will do for key and authorities", arguments: majors)
    func identityFile(major: Int) async throws {
      let published = try PublishedCredentials.of(major)
      var request = published.curl(.role(Publication.role, version: "\(major).0.0"))
      // Not for the certificate: curl would send those of the authorities as well, which Teleport refuses.
      request.keyFile = published.path("identity")
      request.authorityFile = published.path("identity")

      let reply = try await CurlHandle.perform(request)

      #expect(reply.result == CURLE_OK.rawValue, "\(reply.explanation)")
      #expect(reply["grpc-status"] == "0")
    }

    @Test("without the certificate, the same call is refused")
    func withoutCertificate() async throws {
      let published = try PublishedCredentials.of(18)
      var request = published.curl(.role(Publication.role, version: "18.0.0"))
      (request.certificateFile, request.keyFile) = (nil, nil)

      let reply = try await CurlHandle.perform(request)

      #expect(reply.result == CURLE_OK.rawValue, "\(reply.explanation)")
      #expect(reply["grpc-status"] == "7")
    }

    @Test("the user CA's file does not verify the server", arguments: majors)
    func wrongAuthority(major: Int) async throws {
      let published = try PublishedCredentials.of(major)
      var request = published.curl(.ping)
      request.authorityFile = published.path("teleport-user-ca.crt")

      let reply = try await CurlHandle.perform(request)

      #expect(reply.result == CURLE_PEER_FAILED_VERIFICATION.rawValue, "\(reply.explanation)")
    }

    @Test("the key of another publication does not go with the certificate")
    func otherKey() async throws {
      let published = try PublishedCredentials.of(18)
      var request = published.curl(.ping)
      request.keyFile = try PublishedCredentials.of(11).path("key")

      let reply = try await CurlHandle.perform(request)

      #expect(reply.result == CURLE_SSL_CERTPROBLEM.rawValue, "\(reply.explanation)")
    }

    /// Up to 14 the auth port serves an API over HTTP/1.1 beside gRPC; what is newer answers that there is nothing.
    @Test("nothing is to be found over HTTP/1.1 on the auth port")
    func http1() async throws {
      let published = try PublishedCredentials.of(18)
      var request = published.curl(.ping)
      request.version = .http11

      let reply = try await CurlHandle.perform(request)

      #expect(reply.result == CURLE_OK.rawValue, "\(reply.explanation)")
      #expect(reply.status == 404)
    }
  }
}

extension Publication {
  /// A call with the published files, to the auth port under the name that its certificate bears.
  fileprivate func curl(_ call: GRPCCall) -> CurlRequest {
    let version = call.version.map { ["version: \($0)"] } ?? []
    return CurlRequest(
      url: "https://teleport.cluster.local:\(sandbox.port)/\(call.method)", version: .http2,
      headers: ["Content-Type: application/grpc", "TE: trailers"] + version,
      body: GRPCCall.framed(call.message), authorityFile: path("teleport-host-ca.crt"),
      certificateFile: path("tlscert"), keyFile: path("key"),
      connectTo: "teleport.cluster.local:\(sandbox.port):\(sandbox.address)")
  }
}
