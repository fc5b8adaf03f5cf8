import AsyncHTTPClient
import Documents
import KubernetesSandbox
import NIOCore
import Operations
import Processes
import SandboxFaults
import TeleportSandbox
import Testing

@testable import controller

extension EndToEnd {
  /// The metrics and the health of a controller that runs as users run it.
  @Suite struct ScrapeTests {
    /// A process with ports of its own.
    private struct Controller {
      let process: ChildProcess
      let metrics: Int
      let health: Int

      init(_ stage: Stage) throws {
        let folder = stage.identity.path
        try stage.kubernetes.writeKubeconfig(to: folder + "/kubeconfig")
        let ports = try (0..<2).map { _ in try #require(ClosedPort()).number }
        (metrics, health) = (ports[0], ports[1])
        process = try ChildProcess(
          ControllerExecutable().path,
          [
            "run", "--kubeconfig", folder + "/kubeconfig", "--namespace", "default",
            "--auth-server", stage.teleport.address, "--identity-dir", folder,
            "--metrics-bind-address", "127.0.0.1:\(metrics)",
            "--health-probe-bind-address", "127.0.0.1:\(health)",
          ], name: "controller", logFile: folder + "/controller.log")
      }

      /// The status and the text of `/readyz`; nil while nobody listens.
      func readiness() async -> (code: Int, text: String)? {
        let request = HTTPClientRequest(url: "http://127.0.0.1:\(health)/readyz")
        guard let answer = try? await HTTPClient.shared.execute(request, timeout: .seconds(5)),
          let body = try? await answer.body.collect(upTo: 1 << 16)
        else { return nil }
        return (Int(answer.status.code), String(buffer: body))
      }
    }

    private static func with(_ body: (Stage, Controller) async throws -> Void) async throws {
      try await Stage.with { stage in
        let controller = try Controller(stage)
        let result: Result<Void, any Error>
        do {
          try await eventually("it is ready", within: .seconds(40)) {
            await controller.readiness()?.code == 200
          }
          result = .success(try await body(stage, controller))
        } catch { result = .failure(error) }
        await controller.process.terminate()
        try result.get()
      }
    }

    private static let spec: JSONValue = ["allow": ["logins": ["root"]]]

    @Test func everyMetricIsThereWithItsFormAndLabels() async throws {
      try await Self.with { stage, controller in
        try await stage.apply("TeleportRole", "good", spec: Self.spec)
        try await stage.awaitReason(.inSync, "TeleportRole", "good")
        try await stage.changeByHand("role", "good") { $0["spec"]?["allow"]?["logins"] = ["eve"] }
        try await stage.apply("TeleportUser", "bad", spec: ["roles": ["no-such-role"]])
        try await stage.awaitReason(.rejectedByTeleport, "TeleportUser", "bad")
        try await eventually("it is put back") {
          try await stage.spec("role", "good", "allow", "logins") == ["root"]
        }
        try await eventually("that is counted") {
          try await Scrape(port: controller.metrics).value(ControllerMetrics.driftCorrected) == 1
        }
        let scrape = try await Scrape(port: controller.metrics)
        for metric in ControllerMetrics.all {
          #expect(scrape.forms[metric.name] == metric.form.rawValue, "\(metric.name)")
          #expect(scrape.help[metric.name]?.isEmpty == false, "\(metric.name)")
          let samples = scrape.samples(of: metric)
          #expect(!samples.isEmpty, "\(metric.name)")
          for sample in samples {
            let labels = Set(metric.labels + (sample.name.hasSuffix("_bucket") ? ["le"] : []))
            #expect(Set(sample.labels.keys) == labels, "\(sample.name)")
          }
        }
        #expect(Set(scrape.forms.keys) == Set(ControllerMetrics.all.map(\.name)))
        Self.checkValues(scrape)
      }
    }

    private static func checkValues(_ scrape: Scrape) {
      #expect(scrape.value(ControllerMetrics.leader) == 1)
      #expect(scrape.value(ControllerMetrics.teleportReachable) == 1)
      #expect((3000...3600).contains(scrape.value(ControllerMetrics.certificateExpiry)))
      let kinds = Double(WatchedKind.all.count)
      for side in ["kubernetes", "teleport"] {
        #expect(scrape.value(ControllerMetrics.mirrorSynced, ["side": side]) == kinds)
      }
      let good = ["kind": "TeleportRole", "ready": "True", "reason": "InSync"]
      #expect(scrape.value(ControllerMetrics.resources, good) == 1)
      let bad = ["kind": "TeleportUser", "ready": "False", "reason": "RejectedByTeleport"]
      #expect(scrape.value(ControllerMetrics.resources, bad) == 1)
      #expect(scrape.value(ControllerMetrics.resources) == 2)
      #expect(scrape.value(ControllerMetrics.unverified) == 0)
      #expect((0..<60).contains(scrape.value(ControllerMetrics.oldestVerification)))
      #expect(scrape.value(ControllerMetrics.driftFound, ["kind": "TeleportRole"]) == 1)
      let retries = ["kind": "TeleportUser", "result": "retry", "reason": "RejectedByTeleport"]
      #expect(scrape.value(ControllerMetrics.reconciles, retries) >= 1)
      let samples = scrape.samples(of: ControllerMetrics.kubernetesCalls)
      #expect(samples.contains { $0.labels["resource"] == "teleportroles/status" })
      #expect(samples.contains { $0.labels["verb"] == "LIST" })
      let methods = scrape.samples(of: ControllerMetrics.teleportCalls).map { $0.labels["method"] }
      #expect(methods.contains("proto.AuthService/CreateRole"))
    }

    /// Ping would still be answered.
    @Test func aLockedBotIsNotReady() async throws {
      try await Self.with { stage, controller in
        await stage.teleport.lock(user: TeleportIdentity.botUser)
        // Teleport ends the streams of whoever it locks.
        await stage.teleport.cutEventStreams()
        try await eventually("it is not ready", within: .seconds(50)) {
          await controller.readiness()?.code == 503
        }
        let text = await controller.readiness()?.text ?? ""
        #expect(text.contains("Teleport does not serve the bot"))
        #expect(
          try await Scrape(port: controller.metrics).value(
            ControllerMetrics.teleportReachable) == 0)
        await stage.teleport.unlock(user: TeleportIdentity.botUser)
        try await eventually("it is ready again", within: .seconds(50)) {
          await controller.readiness()?.code == 200
        }
      }
    }
  }
}
