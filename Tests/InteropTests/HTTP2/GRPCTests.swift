import Credentials
import Testing

extension PublishedCredentials {
  /// nghttp2 on the auth service's HTTP/2 and gRPC, with the published credentials.
  @Suite struct GRPCTests {
    @Test("Ping is answered", arguments: majors)
    func ping(major: Int) async throws {
      let published = try PublishedCredentials.of(major)

      let response = try await published.call(.ping)

      #expect(response.errorCode == 0)
      #expect(response.status == "200")
      #expect(response["content-type"]?.hasPrefix("application/grpc") == true)
      #expect(response.trailer("grpc-status") == "0")
      // Only responses without a message may have their status among the headers.
      #expect(response["grpc-status"] == nil)
      let reply = try #require(
        GRPCCall.message(in: response.body).flatMap(ProtobufMessage.init))
      #expect(reply.text(1) == published.sandbox.clusterName)
      #expect(reply.text(2) == "\(major).0.0")
    }

    @Test("a role is read by who may read roles", arguments: majors)
    func role(major: Int) async throws {
      let published = try PublishedCredentials.of(major)

      let response = try await published.call(
        .role(Publication.role, version: "\(major).0.0"))

      #expect(response.trailer("grpc-status") == "0")
      let role = try #require(GRPCCall.message(in: response.body).flatMap(ProtobufMessage.init))
      #expect(role.text(1) == "role")
      #expect(role.text(3) == "v5")
      #expect(role.message(4)?.text(1) == Publication.role)
    }

    @Test("an old server rewrites a role for who does not send the version header")
    func downgradedRole() async throws {
      let response = try await PublishedCredentials.of(11).call(.role(Publication.role))

      let role = try #require(GRPCCall.message(in: response.body).flatMap(ProtobufMessage.init))
      #expect(role.text(3) == "v4")
    }

    @Test("a role that is not there is not found", arguments: majors)
    func missingRole(major: Int) async throws {
      let response = try await PublishedCredentials.of(major)
        .call(.role("nobody-has-this", version: "\(major).0.0"))

      #expect(response.errorCode == 0)
      #expect(response.status == "200")
      #expect(response.trailer("grpc-status") == "5")
      #expect(response.trailer("grpc-message")?.contains("nobody-has-this") == true)
      #expect(response.body.isEmpty)
    }

    @Test("without a certificate, Ping is answered and roles are not", arguments: majors)
    func anonymous(major: Int) async throws {
      let published = try PublishedCredentials.of(major)

      let ping = try await published.call(.ping, anonymously: true)
      let role = try await published.call(
        .role(Publication.role, version: "\(major).0.0"), anonymously: true)

      #expect(ping.trailer("grpc-status") == "0")
      #expect(role.trailer("grpc-status") == "7")
      #expect(role.body.isEmpty)
    }

    @Test("a method that is not there is unimplemented")
    func missingMethod() async throws {
      let response = try await PublishedCredentials.of(18)
        .call(GRPCCall(method: "proto.AuthService/NoSuchMethod"))

      #expect(response.trailer("grpc-status") == "12")
    }

    @Test("calls share a connection, which also answers pings", arguments: majors)
    func concurrentCalls(major: Int) async throws {
      let client = try PublishedCredentials.of(major).tlsClient
      let responses = try await onBlockingThread {
        let connection = try HTTP2Connection(over: try client.connect())
        let role = GRPCCall.role(Publication.role, version: "\(major).0.0").request
        let responses = try connection.perform([GRPCCall.ping.request, role, role])
        try connection.ping()
        let last = try connection.perform(GRPCCall.ping.request)
        try connection.end()
        return responses + [last]
      }

      #expect(responses.map { $0.trailer("grpc-status") } == ["0", "0", "0", "0"])
      #expect(responses.map(\.errorCode) == [0, 0, 0, 0])
      #expect(responses[1].body == responses[2].body)
      #expect(responses[0].body == responses[3].body)
    }
  }
}

extension Publication {
  /// One call on a connection of its own.
  fileprivate func call(
    _ call: GRPCCall, anonymously: Bool = false
  ) async throws -> HTTP2Response {
    var client = try tlsClient
    if anonymously { (client.certificate, client.key) = (nil, nil) }
    let caller = client
    return try await onBlockingThread {
      let connection = try HTTP2Connection(over: try caller.connect())
      let response = try connection.perform(call.request)
      try connection.end()
      return response
    }
  }
}
