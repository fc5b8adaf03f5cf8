import Credentials
import Documents
import FoundationEssentials
import KubernetesSandbox
import TeleportSchema
import Testing

@testable import controller

/// `controller crds install`, against an API server.
@Suite struct CRDsInstallTests {
  private static let roles = "teleportroles.resources.teleport.dev"

  private func install(
    _ kubernetes: KubernetesSandbox, _ arguments: String...
  ) async throws -> ControllerExecutable.Outcome {
    let folder = try ScratchDirectory()
    try kubernetes.writeKubeconfig(to: folder.path + "/kubeconfig")
    let executable = try ControllerExecutable()
    let all = ["crds", "install", "--kubeconfig", folder.path + "/kubeconfig"] + arguments
    return try await onBlockingThread {
      defer { _ = folder }
      return try executable.run(all)
    }
  }

  private func withKubernetes(
    _ body: (KubernetesSandbox) async throws -> Void
  ) async throws {
    let kubernetes = try await KubernetesSandbox.start()
    let result: Result<Void, any Error>
    do { result = .success(try await body(kubernetes)) } catch { result = .failure(error) }
    await kubernetes.shutdown()
    try result.get()
  }

  private func definition(
    _ kubernetes: KubernetesSandbox, _ name: String = roles
  ) async throws -> JSONValue? {
    try await kubernetes.list("customresourcedefinitions").first {
      $0[["metadata", "name"]]?.string == name
    }
  }

  @Test func createsAllAndThenHasNothingToDo() async throws {
    try await withKubernetes { kubernetes in
      let first = try await install(kubernetes, "-o", "json")
      #expect(first.status == 0, "\(first.errors)")
      let all = try CustomResourceDefinition.all()
      #expect(first.lines.count == all.count)
      for line in first.lines {
        #expect(try JSONValue(json: Data(line.utf8))["action"] == "create")
      }
      let before = try await kubernetes.list("customresourcedefinitions")
      #expect(before.count == all.count)
      let second = try await install(kubernetes)
      #expect(second.status == 0)
      #expect(second.lines.allSatisfy { $0.hasPrefix("unchanged ") })
      #expect(try await kubernetes.list("customresourcedefinitions") == before)
    }
  }

  @Test func aDryRunChangesNothing() async throws {
    try await withKubernetes { kubernetes in
      let outcome = try await install(kubernetes, "--dry-run")
      #expect(outcome.status == 0)
      #expect(outcome.lines.allSatisfy { $0.hasSuffix("(dry run)") })
      #expect(try await kubernetes.list("customresourcedefinitions").isEmpty)
    }
  }

  /// Another operator's definition: looser, with a version and fields of its own, stored in another version.
  @Test func takesNothingAway() async throws {
    try await withKubernetes { kubernetes in
      var theirs = try SampleDefinitions.ours(Self.roles)
      var versions = try #require(theirs[["spec", "versions"]]?.array)
      for index in versions.indices {
        let schema = try #require(versions[index][["schema", "openAPIV3Schema"]])
        versions[index]["schema"] = ["openAPIV3Schema": SampleDefinitions.loosened(schema)]
        versions[index]["storage"] = .bool(index == 1)
      }
      var own = versions[0]
      own["name"] = "v4"
      own["storage"] = false
      versions.append(own)
      theirs["spec"]?["versions"] = .array(versions)
      theirs["metadata"]?["annotations"] = ["helm.sh/resource-policy": "keep"]
      _ = try await kubernetes.put(theirs)
      let role: JSONValue = [
        "apiVersion": "resources.teleport.dev/v6", "kind": "TeleportRole",
        "metadata": ["name": "r", "namespace": "default"],
        "spec": ["theirs": "kept", "options": ["max_session_ttl": "a while"]],
      ]
      let stored = try await kubernetes.put(role)

      let outcome = try await install(kubernetes, "--verbose")
      #expect(outcome.status == 0, "\(outcome.errors)")
      let after = try #require(try await definition(kubernetes))
      let names = after[["spec", "versions"]]?.array?.map { $0["name"]?.string }
      #expect(names == ["v5", "v6", "v4"])
      let isStored = after[["spec", "versions"]]?.array?.map { $0["storage"] }
      #expect(isStored == [false, true, false])
      #expect(
        after[["metadata", "annotations", "helm.sh/resource-policy"]] == "keep")
      // What was stored is still valid, and still whole.
      var changed = stored
      changed["metadata"]?["labels"] = ["a": "b"]
      let written = try await kubernetes.put(changed)
      #expect(written["spec"] == stored["spec"])
      let line = try #require(outcome.lines.first { $0.hasPrefix("unchanged \(Self.roles)") })
      #expect(line.contains("stays looser"))
      #expect(outcome.output.contains("= v5.spec.theirs"))
      let again = try await install(kubernetes, "-o", "json")
      #expect(
        try again.lines.allSatisfy { try JSONValue(json: Data($0.utf8))["action"] == "none" })
    }
  }

  @Test func addsFieldsAndVersions() async throws {
    try await withKubernetes { kubernetes in
      var older = try SampleDefinitions.ours(Self.roles)
      var version = try #require(older[["spec", "versions"]]?.array?.first)
      var spec = try #require(version[["schema", "openAPIV3Schema", "properties", "spec"]])
      spec["properties"]?["options"] = nil
      version["schema"]?["openAPIV3Schema"]?["properties"]?["spec"] = spec
      older["spec"]?["versions"] = [version]
      _ = try await kubernetes.put(older)
      let outcome = try await install(kubernetes, "-v")
      #expect(outcome.status == 0)
      #expect(outcome.output.contains("+ field v5.spec.options"))
      #expect(outcome.output.contains("+ version v6"))
      let wanted = try SampleDefinitions.ours(Self.roles)
      #expect(
        try await definition(kubernetes)?[["spec", "versions"]] == wanted[["spec", "versions"]])
    }
  }

  @Test func whoMayNotIsToldWhichRightIsMissing() async throws {
    try await withKubernetes { kubernetes in
      kubernetes.setUser(SandboxUser(name: "nobody", groups: [], token: "t", rules: []))
      let folder = try ScratchDirectory()
      try kubernetes.writeKubeconfig(to: folder.path + "/kubeconfig", user: "nobody")
      let executable = try ControllerExecutable()
      let path = folder.path + "/kubeconfig"
      let outcome = try await onBlockingThread {
        try executable.run(["crds", "install", "--kubeconfig", path])
      }
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("customresourcedefinitions"))
      // Once: the others would be told the same.
      #expect(outcome.errors.split(separator: "\n").count == 1)
    }
  }
}
