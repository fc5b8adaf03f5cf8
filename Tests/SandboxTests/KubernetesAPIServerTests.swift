import Documents
import FoundationEssentials
import KubernetesSandbox
import SandboxFaults
import Testing

/// The stand-in over the wire.
@Suite struct KubernetesAPIServerTests {
  private let patch = "application/merge-patch+json"

  @Test func speaksBothVersionsOfHTTP() async throws {
    try await KubernetesAPITestServer.run { server in
      let two = try await server.call("GET", "/version")
      #expect(two.protocolVersion == "2")
      let one = try await server.call("GET", "/version", http: "--http1.1")
      #expect(one.protocolVersion == "1.1")
      #expect(one.json["major"] == "1")
    }
  }

  @Test func knowsWhoAsksAndWhatTheyMay() async throws {
    var options = KubernetesSandbox.Options()
    options.users.append(
      SandboxUser(
        name: "reader", token: "reader-token",
        rules: [.init(verbs: ["get", "list"], groups: ["example.com"], resources: ["widgets"])]))
    try await KubernetesAPITestServer.run(options: options) { server in
      #expect(try await server.call("GET", Widgets.path, token: "").code == 401)
      #expect(try await server.call("GET", Widgets.path, token: "nobody").code == 401)
      #expect(try await server.call("GET", "/readyz", token: "").code == 200)
      #expect(try await server.call("GET", Widgets.path, token: "reader-token").code == 200)
      let refused = try await server.call(
        "PATCH", Widgets.path + "/a/status", [:], type: patch, token: "reader-token")
      #expect(refused.code == 403)
      #expect(
        refused.json["message"]?.string
          == "widgets.example.com \"a\" is forbidden: User \"reader\" cannot patch resource "
          + "\"widgets/status\" in API group \"example.com\" in the namespace \"default\"")
      let review: JSONValue = [
        "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
        "spec": [
          "resourceAttributes": [
            "verb": "watch", "group": "example.com", "resource": "widgets",
          ]
        ],
      ]
      let path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
      let answer = try await server.call("POST", path, review, token: "reader-token")
      #expect(answer.json[["status", "allowed"]] == false)
      server.sandbox.setUser(
        SandboxUser(name: "reader", token: "rotated", rules: [.all]))
      #expect(try await server.call("GET", Widgets.path, token: "reader-token").code == 401)
      #expect(try await server.call("GET", "/api/v1/secrets", token: "rotated").code == 200)
    }
  }

  @Test func requestsAreRecordedAndFail() async throws {
    try await KubernetesAPITestServer.run { server in
      let faults = server.sandbox.faults
      _ = try await server.call("POST", Widgets.path, Widgets.widget())
      await faults.inject(.fail(code: 503, message: "busy")) {
        $0.operation == "PATCH widgets/status" && $0.target == "default/a"
      }
      let status: JSONValue = ["status": ["observedGeneration": 1]]
      let failed = try await server.call(
        "PATCH", Widgets.path + "/a/status", status, type: patch)
      #expect(failed.code == 503)
      #expect(failed.json["message"] == "busy")
      let passed = try await server.call(
        "PATCH", Widgets.path + "/a/status", status, type: patch)
      #expect(passed.code == 200)
      _ = try await server.call("GET", Widgets.path + "?watch=1&timeoutSeconds=1")
      #expect(
        await faults.requests.map(\.description) == [
          "POST widgets default/a", "PATCH widgets/status default/a",
          "PATCH widgets/status default/a", "WATCH widgets",
        ])
    }
  }

  @Test func aCutAfterTheCommitHidesASuccess() async throws {
    try await KubernetesAPITestServer.run { server in
      await server.sandbox.faults.inject(.cut, at: .afterCommit) { $0.operation == "POST widgets" }
      let lost = try await server.call("POST", Widgets.path, Widgets.widget())
      #expect(lost.code == 0)
      let again = try await server.call("POST", Widgets.path, Widgets.widget())
      #expect(again.code == 409)
      await server.sandbox.faults.inject(.cut) { $0.operation == "DELETE widgets" }
      _ = try await server.call("DELETE", Widgets.path + "/a", http: "--http1.1")
      #expect(try await server.sandbox.get("widgets", "a") != nil)
    }
  }

  @Test func aPausedRequestGoesOnWhenItsGateOpens() async throws {
    try await KubernetesAPITestServer.run { server in
      let gate = Gate()
      await server.sandbox.faults.inject(.pause(gate)) { $0.operation == "POST widgets" }
      async let reply = server.call("POST", Widgets.path, Widgets.widget())
      await gate.waitForArrivals()
      let early = try await server.sandbox.get("widgets", "a")
      #expect(early == nil)
      await gate.open()
      let code = try await reply.code
      #expect(code == 201)
    }
  }

  @Test func watchesReportExpiryInsideTheStream() async throws {
    try await KubernetesAPITestServer.run { server in
      try await server.sandbox.put(Widgets.widget())
      await server.sandbox.compact()
      let reply = try await server.call("GET", Widgets.path + "?watch=1&resourceVersion=2")
      #expect(reply.code == 200)
      #expect(reply.lines.map { $0["type"] } == ["ERROR"])
      #expect(reply.lines.first?[["object", "code"]] == 410)
      #expect(reply.lines.first?[["object", "reason"]] == "Expired")
    }
  }

  @Test func watchesBeginWithTheStateAndMarkItsEnd() async throws {
    try await KubernetesAPITestServer.run { server in
      try await server.sandbox.put(Widgets.widget())
      let query = "?watch=1&allowWatchBookmarks=true&timeoutSeconds=1"
      let initial =
        query + "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion="
      let reply = try await server.call("GET", Widgets.path + initial)
      #expect(reply.lines.map { $0["type"] } == ["ADDED", "BOOKMARK", "BOOKMARK"])
      let annotation = reply.lines[1][
        ["object", "metadata", "annotations", "k8s.io/initial-events-end"]]
      #expect(annotation == "true")
    }
  }

  @Test func anOldStorageRefusesToSendTheState() async throws {
    var options = KubernetesSandbox.Options()
    options.watchList = .refused
    try await KubernetesAPITestServer.run(options: options) { server in
      let query = "?watch=1&allowWatchBookmarks=true&timeoutSeconds=1"
      let refused = try await server.call("GET", Widgets.path + query + "&resourceVersion=0")
      #expect(refused.code == 200)
      #expect(refused.lines.map { $0[["object", "code"]] } == [500])
      let revision = await server.sandbox.revision
      let fine = try await server.call(
        "GET", Widgets.path + query + "&resourceVersion=\(revision)")
      #expect(fine.lines.map { $0["type"] } == ["BOOKMARK"])
    }
  }

  @Test func openWatchesCanBeCutAndFailed() async throws {
    try await KubernetesAPITestServer.run { server in
      func watch() async throws -> KubernetesAPITestServer.Reply {
        let revision = await server.sandbox.revision
        return try await server.call(
          "GET", Widgets.path + "?watch=1&resourceVersion=\(revision)")
      }
      async let cut = watch()
      try await server.sandbox.waitForWatches(of: "widgets")
      try await server.sandbox.cutWatches(of: "widgets")
      #expect(try await cut.lines.isEmpty)
      try await server.sandbox.waitForWatches { $0 == 0 }
      async let failed = watch()
      try await server.sandbox.waitForWatches(of: "widgets")
      try await server.sandbox.failWatches(of: "widgets", code: 500, message: "no")
      #expect(try await failed.lines.first?[["object", "message"]] == "no")
    }
  }

  @Test func waitingEndsWithTheChangeThatWasWaitedFor() async throws {
    try await KubernetesAPITestServer.run { server in
      async let object = server.sandbox.waitFor("widgets", "a") {
        $0?[["spec", "size"]] == 4
      }
      _ = try await server.call("POST", Widgets.path, Widgets.widget())
      _ = try await server.call(
        "PATCH", Widgets.path + "/a", ["spec": ["size": 4]], type: patch)
      let generation = try await object?[["metadata", "generation"]]
      #expect(generation == 2)
    }
  }

  @Test func clientCertificatesAreAsGoodAsTokens() async throws {
    try await KubernetesAPITestServer.run { server in
      let directory = server.command.directory
      let pair = try server.sandbox.clientCertificate(user: "admin")
      try pair.certificate.write(toFile: directory + "/client.crt")
      try pair.key.write(toFile: directory + "/client.key")
      let arguments = [
        "-s", "--cacert", directory + "/ca.crt", "--cert", directory + "/client.crt", "--key",
        directory + "/client.key", server.sandbox.url + "/api",
      ]
      let result = await server.command.run("curl", arguments)
      #expect(result.output.contains("APIVersions"))
    }
  }

  @Test func kubeconfigsAreForTheirOwnerOnly() async throws {
    try await KubernetesAPITestServer.run { server in
      let path = server.command.directory + "/kubeconfig"
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      #expect((attributes[.posixPermissions] as? Int) == 0o600)
      let config = try JSONValue(
        yaml: String(
          decoding: try #require(FileManager.default.contents(atPath: path)), as: UTF8.self))
      #expect(config["current-context"] == "sandbox")
    }
  }
}
