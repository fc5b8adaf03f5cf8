import Credentials
import Documents
import FoundationEssentials
import Kubernetes
import KubernetesSandbox
import Operations
import SandboxFaults
import TeleportSandbox
import Testing

@testable import tbot_lite

/// Certificates in a Kubernetes Secret.
@Suite(.serialized, .timeLimit(.minutes(1))) struct SecretDeliveryTests {
  private func with(
    _ outputs: String,
    _ body: (KubernetesClient, _ renew: () async throws -> Void) async throws -> Void
  ) async throws {
    let kubernetes = try await KubernetesSandbox.start()
    let configuration = KubernetesConfiguration(
      server: kubernetes.url, trust: .roots(pem: kubernetes.caPEM),
      bearerToken: .fixed(Secret(kubernetes.adminToken)))
    try await BotFixture.withSandbox(TeleportSandbox.Options(major: 18)) { sandbox in
      try await KubernetesClient.with(configuration) { client in
        let settings = try Settings(
          [
            "teleport-data-dir": sandbox.dataDirectory, "auth-server": sandbox.address,
            "output": outputs.replacing("DIR", with: sandbox.dataDirectory),
          ], environment: [:]
        ) { _ in nil }
        try await body(client) {
          let log = LogLines()
          let clock = ManualClock()
          let bot = try BotService(
            settings: settings, source: settings.makeSource(),
            deliveries: settings.outputs.map {
              try BotService.delivery($0, (client, "default"))
            }, logger: log.logger, clock: clock)
          // Until it waits for something, or ends.
          let running = Task { try await bot.run() }
          let resting = Task {
            for await _ in clock.sleeps { break }
            running.cancel()
          }
          defer { resting.cancel() }
          try await running.value
          if let failure = await bot.failure { throw failure }
        }
      }
    }
    await kubernetes.shutdown()
  }

  private func data(
    _ client: KubernetesClient, _ name: String
  ) async throws -> [String: String] {
    let secret = try await client.get(.secrets, ObjectKey(name, namespace: "default"))
    return (secret.body["data"]?.object ?? [:]).mapValues { value in
      String(decoding: Data(base64Encoded: value.string ?? "") ?? Data(), as: UTF8.self)
    }
  }

  @Test func theKeysStayAndTheirValuesChangeTogether() async throws {
    try await with("kubernetes-secret:bot") { client, renew in
      try await renew()
      let first = try await data(client, "bot")
      #expect(
        first.keys.sorted() == [
          "identity", "key", "key-cert.pub", "key.pub", "known_hosts", "teleport-database-ca.crt",
          "teleport-host-ca.crt", "teleport-user-ca.crt", "tlscert",
        ])
      try await renew()
      let second = try await data(client, "bot")
      #expect(second.keys.sorted() == first.keys.sorted())
      #expect(second["key"] != first["key"])
      for files in [first, second] {
        let identity = try TLSIdentity(
          certificatePEM: files["tlscert"] ?? "", keyPEM: Secret(files["key"] ?? ""),
          trustedCAPEMs: PEM.blocks(files["teleport-host-ca.crt"] ?? ""), source: "the Secret")
        #expect(identity.certificate.commonName == "bot-teleport-operator")
      }
      let object = try await client.get(.secrets, ObjectKey("bot", namespace: "default"))
      #expect(object.metadata.labels["app.kubernetes.io/managed-by"] == "tbot-lite")
    }
  }

  @Test func somebodyElsesSecretIsLeftAlone() async throws {
    try await with("kubernetes-secret:taken") { client, renew in
      _ = try await client.create(
        .secrets,
        KubernetesObject([
          "apiVersion": "v1", "kind": "Secret",
          "metadata": ["name": "taken", "namespace": "default"],
          "data": ["password": "aHVudGVyMg==", "key": "eA=="],
        ]))
      let failure = await #expect(throws: StepFailure.self) { try await renew() }
      #expect(failure?.remedy == .endUnlessPublished)
      #expect(failure?.reason.contains("default/taken") == true)
      #expect(failure?.reason.contains("password") == true)
      #expect(failure?.reason.contains("hunter2") == false)
      #expect(try await data(client, "taken") == ["password": "hunter2", "key": "x"])
    }
  }

  @Test func keysThatSomebodyElseManagesAreNotTakenOver() async throws {
    try await with("kubernetes-secret:shared") { client, renew in
      _ = try await client.apply(
        .secrets,
        [
          "apiVersion": "v1", "kind": "Secret",
          "metadata": ["name": "shared", "namespace": "default"], "data": ["key": "eA=="],
        ], manager: "somebody")
      let failure = await #expect(throws: StepFailure.self) { try await renew() }
      #expect(failure?.remedy == .tryAgain)
      #expect(failure?.phase == .publishing)
      #expect(failure?.reason.contains("onflict") == true, "\(failure?.reason ?? "")")
      #expect(try await data(client, "shared") == ["key": "x"])
    }
  }

  /// An API server that is away holds up no directory, not even at the start.
  @Test func directoriesDoNotWaitForSecrets() async throws {
    let port = try #require(ClosedPort())
    let configuration = KubernetesConfiguration(
      server: "https://127.0.0.1:\(port.number)", trust: .system, bearerToken: nil)
    try await BotFixture.withSandbox(TeleportSandbox.Options(major: 18)) { sandbox in
      try await KubernetesClient.with(configuration) { client in
        let directory = sandbox.dataDirectory + "/ops"
        let settings = try Settings(
          [
            "teleport-data-dir": sandbox.dataDirectory, "auth-server": sandbox.address,
            "output": "kubernetes-secret:bot,identity:\(directory)",
          ], environment: [:]
        ) { _ in nil }
        let clock = ManualClock()
        let bot = try BotService(
          settings: settings, source: settings.makeSource(),
          deliveries: settings.outputs.map { try BotService.delivery($0, (client, "default")) },
          logger: LogLines().logger, clock: clock)
        let running = Task { try await bot.run() }
        for await _ in clock.sleeps { break }
        #expect(await bot.report.problems.count == 1)
        #expect(throws: Never.self) { try PublishedDirectory(path: directory).read() }
        running.cancel()
        try await running.value
      }
    }
  }

  @Test func severalOutputsAtOnce() async throws {
    let outputs = "identity:DIR/ops,tls:DIR/mtls,kubernetes-secret:bot"
    try await with(outputs) { client, renew in
      try await renew()
      #expect(try await data(client, "bot").count == 9)
    }
  }
}
