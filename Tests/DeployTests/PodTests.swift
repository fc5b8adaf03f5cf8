import Documents
import Foundation
import Testing

@testable import controller
@testable import tbot_lite

/// The pods: their programs take the arguments that they are given, and they keep to the standard "restricted".
@Suite(.timeLimit(.minutes(3))) struct PodTests {
  struct Pod: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let spec: JSONValue

    /// Init containers first.
    var containers: [JSONValue] {
      (spec["initContainers"]?.array ?? []) + (spec["containers"]?.array ?? [])
    }

    func container(_ name: String) throws -> JSONValue {
      try #require(containers.first { $0["name"]?.string == name })
    }
  }

  private func pods() throws -> [Pod] {
    var pods: [Pod] = []
    for (name, chart) in ChartTests.charts where name != "sidecar" {
      let deployment = try #require(chart.objects("Deployment").first)
      let spec = try #require(deployment[["spec", "template", "spec"]])
      pods.append(Pod(testDescription: name, spec: spec))
    }
    return pods + [try sidecars()]
  }

  /// As the chart teleport-cluster puts them together.
  private func sidecars() throws -> Pod {
    let values = try JSONValue(yaml: Repository.text("deploy/helm/teleport-cluster-values.yaml"))
    let auth = try #require(values["auth"])
    return Pod(
      testDescription: "teleport-cluster",
      spec: [
        "securityContext": auth["podSecurityContext"] ?? .null,
        "containers": auth["extraContainers"] ?? .null, "volumes": auth["extraVolumes"] ?? .null,
      ])
  }

  private func arguments(_ container: JSONValue) -> [String] {
    (container["args"]?.array ?? []).compactMap(\.string)
  }

  @Test func theControllerTakesItsArguments() throws {
    for pod in try pods() {
      let words = arguments(try pod.container("controller"))
      let command = try Controller.parseAsRoot(words)
      let run = try #require(command as? RunCommand, "\(pod.testDescription)")
      let settings = try RunSettings(run.given, environment: [:], defaultNamespace: "teleport")
      #expect(settings.identityDirectory.path == "/var/run/teleport/identity")
      #expect(settings.healthAddress?.port == 8081)
      #expect(settings.metricsAddress?.port == 8080)
    }
  }

  @Test func tbotLiteTakesItsArguments() throws {
    for pod in try pods() {
      let words = arguments(try pod.container("tbot-lite"))
      let command = try TbotLite.parseAsRoot(words)
      let start = try #require(command as? StartCommand, "\(pod.testDescription)")
      let settings = try Settings(start.options.given, environment: [:]) { _ in nil }
      #expect("\(settings.outputs)".contains("/var/run/teleport/identity"))
    }
  }

  @Test func podsAreRestricted() throws {
    for pod in try pods() {
      let context = try #require(pod.spec["securityContext"], "\(pod.testDescription)")
      #expect(context["runAsNonRoot"] == true)
      #expect(context[["seccompProfile", "type"]] == "RuntimeDefault")
      #expect(pod.spec["hostNetwork"] == nil && pod.spec["hostPID"] == nil)
      for container in pod.containers {
        let own = try #require(container["securityContext"])
        #expect(own["allowPrivilegeEscalation"] == false)
        #expect(own["readOnlyRootFilesystem"] == true)
        #expect(own[["capabilities", "drop"]] == ["ALL"])
        #expect(container[["resources", "limits", "memory"]] != nil)
        #expect(container[["resources", "requests", "cpu"]] != nil)
      }
    }
  }

  @Test func theIdentityIsInMemoryAndReadOnlyForTheController() throws {
    for pod in try pods() {
      let volume = try #require(
        pod.spec["volumes"]?.array?.first { $0["name"]?.string?.contains("identity") == true })
      #expect(volume[["emptyDir", "medium"]] == "Memory")
      let name = volume["name"]
      func mount(_ container: String) throws -> JSONValue {
        let mounts = try pod.container(container)["volumeMounts"]?.array ?? []
        return try #require(mounts.first { $0["name"] == name })
      }
      #expect(try mount("controller")["readOnly"] == true)
      #expect(try mount("tbot-lite")["readOnly"] != true)
      // The admin identity is tbot-lite's alone.
      let mounts = try pod.container("controller")["volumeMounts"]?.array ?? []
      #expect(!mounts.contains { $0["mountPath"]?.string?.hasPrefix("/var/lib") == true })
    }
  }

  /// In Teleport's own pod a probe that fails would take Teleport out of its service.
  @Test func besideTeleportNothingMakesThePodUnready() throws {
    for container in try sidecars().containers {
      #expect(container["readinessProbe"] == nil && container["startupProbe"] == nil)
      #expect(container["livenessProbe"] != nil)
      for port in container["ports"]?.array ?? [] {
        // Of Teleport's own container.
        #expect(!["diag", "auth", "kube"].contains(port["name"]?.string ?? ""))
        #expect(![3000, 3025, 3026].contains(port["containerPort"]?.integer ?? 0))
        #expect((port["name"]?.string ?? "").count <= 15)
      }
    }
  }

  @Test(arguments: [
    ("auto", "v1.28.9", false), ("auto", "v1.29.0", true), ("auto", "v1.33.1-gke.100", true),
    ("always", "v1.28.0", true), ("never", "v1.33.0", false),
  ])
  func sidecarsAreNativeWhereTheyCanBe(_ wish: String, _ version: String, isNative: Bool) throws {
    var chart = Chart.standalone(["tbotLite": ["nativeSidecar": .string(wish)]])
    chart.kubeVersion = version
    let deployment = try #require(chart.objects("Deployment").first)
    let spec = try #require(deployment[["spec", "template", "spec"]])
    let native = spec["initContainers"]?.array?.first
    #expect((native?["restartPolicy"] == "Always") == isNative)
    #expect(spec["containers"]?.array?.count == (isNative ? 1 : 2))
  }

  /// One version everywhere.
  @Test func imagesAreOfThisVersion() throws {
    let version = Controller.configuration.version
    #expect(TbotLite.configuration.version == version)
    for pod in try pods() {
      for container in pod.containers {
        #expect(container["image"]?.string?.hasSuffix(":\(version)") == true)
      }
    }
    for file in ["deploy/Dockerfile", "compose/compose.yaml", "CHANGELOG.md"]
    where version != "0.1.0" {
      #expect(try Repository.text(file).contains(version), "\(file)")
    }
  }
}
