import Credentials
import Documents
import FoundationEssentials
import KubernetesSandbox
import Testing

/// nghttp2 on the HTTP/2 of the kube-apiserver stand-in.
@Suite struct NGHTTP2KubernetesTests {
  private static let list = "/api/v1/namespaces/default/configmaps"

  @Test("who bears a token gets JSON, who bears none or a wrong one gets a Status")
  func bearerToken() async throws {
    try await SampleCluster.with { sandbox in
      let responses = try await sandbox.perform([
        ("\(Self.list)/a", sandbox.adminToken), ("\(Self.list)/a", nil),
        ("\(Self.list)/a", "wrong"),
      ])

      #expect(responses.map(\.status) == ["200", "401", "401"])
      #expect(responses.map(\.errorCode) == [0, 0, 0])
      for response in responses {
        #expect(response["content-type"]?.hasPrefix("application/json") == true)
      }
      let documents = try responses.map { try JSONValue(json: $0.body) }
      #expect(documents.map { $0["kind"]?.string } == ["ConfigMap", "Status", "Status"])
      #expect(documents[0][["data", "key"]] == "value")
      #expect(documents[1]["code"] == 401)
    }
  }

  @Test("an object that does not fit the window of a stream arrives whole")
  func flowControl() async throws {
    try await SampleCluster.with { sandbox in
      let responses = try await sandbox.perform([
        ("\(Self.list)/long", sandbox.adminToken), ("\(Self.list)/long", sandbox.adminToken),
      ])

      #expect(responses.map(\.status) == ["200", "200"])
      for response in responses {
        let object = try JSONValue(json: response.body)
        #expect(object[["data", "text"]]?.string == SampleCluster.longText)
      }
    }
  }

  @Test("a path that is not there is 404, what a user may not do is 403")
  func refusals() async throws {
    try await SampleCluster.with { sandbox in
      let responses = try await sandbox.perform([
        ("/apis/no.such.group/v1/things", sandbox.adminToken),
        ("/api/v1/namespaces/kube-system/configmaps", SampleCluster.reader.token),
        (Self.list, SampleCluster.reader.token),
      ])

      #expect(responses.map(\.status) == ["404", "403", "200"])
      #expect(try JSONValue(json: responses[2].body).itemNames == ["a", "b", "long"])
    }
  }

  @Test("a client that trusts another authority refuses the server")
  func wrongAuthority() async throws {
    try await SampleCluster.with { sandbox in
      let other = try await KubernetesSandbox.start()
      let client = try sandbox.tlsClient(trusting: other.caPEM)
      await other.shutdown()

      await #expect(throws: OpenSSLError.self) { try await client.greet() }
    }
  }
}

extension KubernetesSandbox {
  fileprivate func tlsClient(trusting authority: String) throws -> TLSClient {
    TLSClient(
      port: try #require(URL(string: url)?.port), serverName: "localhost", roots: authority)
  }

  /// Gets paths, each with a token or without, all at the same time on one connection.
  fileprivate func perform(
    _ calls: [(path: String, token: String?)]
  ) async throws -> [HTTP2Response] {
    let client = try tlsClient(trusting: caPEM)
    return try await onBlockingThread {
      let connection = try HTTP2Connection(over: try client.connect())
      let responses = try connection.perform(
        calls.map { call in
          HTTP2Request(
            authority: "localhost:\(client.port)", path: call.path,
            headers: call.token.map { [("authorization", "Bearer \($0)")] } ?? [])
        })
      try connection.end()
      return responses
    }
  }
}
