import Credentials
import Documents
import FoundationEssentials
import KubernetesSandbox

@testable import controller

extension Stage {
  /// Runs the executable with what it needs to find both servers.
  ///
  /// - Parameter kubeconfig: another one; "" for none.
  func command(
    _ name: String, _ arguments: [String], kubeconfig path: String? = nil, input: String = ""
  ) async throws -> ControllerExecutable.Outcome {
    let folder = try ScratchDirectory()
    var all = [name] + arguments
    if name == "plan", path != "" {
      try kubernetes.writeKubeconfig(to: folder.path + "/kubeconfig")
      all += ["--kubeconfig", path ?? folder.path + "/kubeconfig"]
    }
    all += ["--identity-dir", identity.path, "--auth-server", teleport.address]
    let executable = try ControllerExecutable()
    // The servers it talks to need this process's threads.
    return try await onBlockingThread { [all] in
      defer { _ = folder }
      return try executable.run(all, input: input)
    }
  }

  /// Plans all, and returns what it says by name.
  func planned() async throws -> (status: Int32, resources: [String: JSONValue]) {
    let outcome = try await command("plan", ["--all", "-o", "json"])
    let resources = try outcome.lines.map { try JSONValue(json: Data($0.utf8)) }
    return (
      outcome.status,
      Dictionary(uniqueKeysWithValues: resources.map { ($0["name"]?.string ?? "", $0) })
    )
  }
}
