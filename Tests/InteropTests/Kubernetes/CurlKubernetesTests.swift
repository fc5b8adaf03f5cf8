import CCurl
import Documents
import KubernetesSandbox
import Testing

/// libcurl on the HTTP of the kube-apiserver stand-in.
@Suite struct CurlKubernetesTests {
  private static let versions: [CurlRequest.Version] = [.http11, .http2]

  @Test("the version is told, also to who has no token", arguments: versions)
  func version(version: CurlRequest.Version) async throws {
    try await SampleCluster.with { sandbox in
      let reply = try await CurlHandle.perform(
        sandbox.request("/version", token: nil, version: version))

      #expect(reply.result == CURLE_OK.rawValue, "\(reply.explanation)")
      #expect(reply.status == 200)
      #expect(reply.version == (version == .http2 ? CURL_HTTP_VERSION_2_0 : CURL_HTTP_VERSION_1_1))
      #expect(try JSONValue(json: reply.body.utf8)["gitVersion"]?.string?.hasPrefix("v1.") == true)
    }
  }

  @Test("a list holds the objects of its namespace, in order", arguments: versions)
  func list(version: CurlRequest.Version) async throws {
    try await SampleCluster.with { sandbox in
      let path = "/api/v1/namespaces/default/configmaps"
      let replies = try await CurlHandle.perform([
        sandbox.request(path, token: sandbox.adminToken, version: version),
        sandbox.request(path, token: nil, version: version),
        sandbox.request("\(path)/c", token: sandbox.adminToken, version: version),
      ])

      #expect(replies.map(\.status) == [200, 401, 404])
      let list = try JSONValue(json: replies[0].body.utf8)
      #expect(list["kind"] == "ConfigMapList")
      #expect(list.itemNames == ["a", "b", "long"])
      #expect(list[["metadata", "resourceVersion"]]?.string?.isEmpty == false)
      // One connection for all three.
      #expect(replies.map(\.newConnections) == [1, 0, 0])
    }
  }

  @Test("a posted object is created once", arguments: versions)
  func create(version: CurlRequest.Version) async throws {
    try await SampleCluster.with { sandbox in
      let path = "/api/v1/namespaces/default/configmaps"
      var request = sandbox.request(path, token: sandbox.adminToken, version: version)
      request.headers.append("Content-Type: application/json")
      request.body = Array(
        #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"new"},"data":{"x":"y"}}"#.utf8)
      let replies = try await CurlHandle.perform([request, request])

      #expect(replies.map(\.status) == [201, 409])
      #expect(try await sandbox.get("configmaps", "new")?[["data", "x"]] == "y")
    }
  }

  @Test("a wrong authority is refused, and so is none", arguments: versions)
  func wrongAuthority(version: CurlRequest.Version) async throws {
    try await SampleCluster.with { sandbox in
      let other = try await KubernetesSandbox.start()
      let right = sandbox.request("/version", token: nil, version: version)
      var wrong = right
      wrong.authority = other.caPEM
      var none = wrong
      none.authority = nil
      await other.shutdown()

      let replies = try await CurlHandle.perform([wrong, none, right])

      // The other authority has the same name, so that it is the signature that fails; curl has no word for that.
      #expect(replies[0].result == CURLE_SSL_CONNECT_ERROR.rawValue, "\(replies[0].explanation)")
      #expect(
        replies[1].result == CURLE_PEER_FAILED_VERIFICATION.rawValue, "\(replies[1].explanation)")
      #expect(replies.map(\.status) == [0, 0, 200])
      // What was refused has not been sent.
      #expect(await sandbox.faults.requests.map(\.operation) == ["GET /version"])
    }
  }
}

extension KubernetesSandbox {
  fileprivate func request(
    _ path: String, token: String?, version: CurlRequest.Version
  ) -> CurlRequest {
    CurlRequest(
      url: url + path, version: version,
      headers: token.map { ["Authorization: Bearer \($0)"] } ?? [], authority: caPEM)
  }
}
