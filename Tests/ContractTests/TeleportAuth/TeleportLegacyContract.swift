import Documents
import Testing

@Suite("Teleport auth contract: the HTTP interface")
struct TeleportLegacyContract {
  @Test("bad requests are told apart", arguments: TeleportTarget.all)
  func badRequests(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      guard session.major < 15 else { return }
      let client = PlainHTTPClient(session: session, caller: nil)
      let path = "/v2/tokens/register"
      let untyped = try await client.post(path, "{}", contentType: "text/plain")
      #expect(untyped.status == 400)
      #expect(untyped.messages == ["invalid request"])
      let broken = try await client.post(path, "{")
      #expect(broken.status == 400)
      #expect(broken.messages == ["request: unexpected end of JSON input"])
      let anonymous = try await client.get("/v2/authorities/host/\(session.admin.clusterName)")
      #expect(anonymous.status == 403)
      #expect(
        anonymous.messages
          == ["access denied to perform action \"readnosecrets\" on \"cert_authority\""])
    }
  }

  @Test("what is not there is no JSON", arguments: TeleportTarget.all)
  func notFound(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let answer = try await PlainHTTPClient(session: session, caller: nil).get("/v2/nosuch")
      #expect(answer.status == 404)
      #expect(answer.contentType == "text/plain; charset=utf-8")
      #expect(String(decoding: answer.body, as: UTF8.self) == "404 page not found\n")
    }
  }

  @Test("a server outside of Kubernetes says so", arguments: TeleportTarget.all)
  func kubernetes(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      guard session.major < 15 else { return }
      let token = try await session.makeToken(bot: "contract-nobody", method: "kubernetes")
      let request: JSONValue = [
        "hostID": "host", "node_name": "bot", "role": "Bot", "token": .string(token),
        "id_token": "x",
      ]
      let answer = try await PlainHTTPClient(session: session, caller: nil)
        .post("/v2/tokens/register", request.jsonText)
      #expect(answer.status == 500)
      #expect(
        answer.messages == [
          "unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and "
            + "KUBERNETES_SERVICE_PORT must be defined",
          "failed to initialize in-cluster Kubernetes config",
          "failed to validate the Kubernetes token",
        ])
    }
  }
}
