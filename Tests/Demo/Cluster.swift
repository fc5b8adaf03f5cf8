import Documents
import Foundation
import Kubernetes
import TeleportSchema

/// The Kubernetes side, as somebody with kubectl uses it; without kubectl, through this project's own client.
struct Cluster: Sendable {
  let client: KubernetesClient
  let kubeconfig: String
  let kubectl: Kubectl?

  /// How a person would have done it.
  var toolName: String { kubectl == nil ? "built-in client" : "kubectl" }

  func apply(_ manifest: JSONValue, namespace: String?) async throws {
    if let kubectl {
      let scope = namespace.map { ["--namespace", $0] } ?? []
      try kubectl.run(
        ["--kubeconfig", kubeconfig, "apply"] + scope + ["-f", "-"], input: manifest.yamlText())
      return
    }
    var manifest = manifest
    if let namespace { manifest["metadata"]?["namespace"] = .string(namespace) }
    _ = try await client.apply(
      Self.resource(of: manifest), manifest, manager: "demo", force: true)
  }

  func delete(_ manifest: JSONValue, namespace: String?) async throws {
    let resource = Self.resource(of: manifest)
    let name = manifest[["metadata", "name"]]?.string ?? ""
    if let kubectl {
      let scope = namespace.map { ["--namespace", $0] } ?? []
      let type =
        resource.group.isEmpty
        ? resource.resource : "\(resource.resource).\(resource.version).\(resource.group)"
      try kubectl.run(
        ["--kubeconfig", kubeconfig, "delete", type, name, "--wait=false"] + scope, input: "")
      return
    }
    _ = try await client.delete(resource, ObjectKey(name, namespace: namespace))
  }

  /// Waits until an object is as `predicate` wants it; nil stands for an object that is not there.
  func wait(
    for manifest: JSONValue, namespace: String, _ expectation: String,
    within limit: Duration = .seconds(20),
    until predicate: @escaping @Sendable (KubernetesObject?) -> Bool
  ) async throws {
    let name = manifest[["metadata", "name"]]?.string ?? ""
    let resource = Self.resource(of: manifest)
    let reflector = Reflector(
      client, resource, namespace: namespace, selector: .init(fields: "metadata.name=\(name)"))
    try await Awaiting.first(within: limit, "\(name) was not \(expectation)") {
      do {
        let mirror = MirrorBox()
        try await reflector.run { event in
          if mirror.apply(event), predicate(mirror.object(name)) { throw Found() }
        }
      } catch is Found {
        return
      }
    }
  }

  private struct Found: Error {}

  /// The resource of a manifest, by the kinds that this demo uses.
  static func resource(of manifest: JSONValue) -> GroupVersionResource {
    let kind = manifest["kind"]?.string ?? ""
    let parts = (manifest["apiVersion"]?.string ?? "").split(separator: "/").map(String.init)
    let plural =
      ResourceSchema.standard.flatMap(\.customResources).first { $0.kind == kind }?.plural
      ?? kind.lowercased() + "s"
    return GroupVersionResource(
      group: parts.count == 2 ? parts[0] : "", version: parts.last ?? "", resource: plural)
  }
}

/// An `ObjectMirror` that closures can share.
private final class MirrorBox: @unchecked Sendable {
  // A reflector hands over one event after the other.
  private var mirror = ObjectMirror()

  /// - Returns: whether what is known is complete.
  func apply(_ event: ReflectorEvent) -> Bool {
    _ = mirror.apply(event)
    return mirror.isSynced
  }

  func object(_ name: String) -> KubernetesObject? {
    mirror.keys(named: name).first.flatMap { mirror[$0]?.object }
  }
}

/// The kubectl on this machine.
struct Kubectl: Sendable {
  let path: String

  static func find() -> Kubectl? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return path.split(separator: ":").map { "\($0)/kubectl" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }.map { Kubectl(path: $0) }
  }

  @discardableResult
  func run(_ arguments: [String], input: String) throws -> String {
    let process = Process()
    let (stdin, output) = (Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardInput = stdin
    process.standardOutput = output
    process.standardError = output
    try process.run()
    stdin.fileHandleForWriting.write(Data(input.utf8))
    try stdin.fileHandleForWriting.close()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw DemoFailure("kubectl \(arguments.joined(separator: " ")): \(text)")
    }
    return text
  }
}
