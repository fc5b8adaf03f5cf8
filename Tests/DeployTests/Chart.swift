import Documents
import Foundation
import Testing

/// The Helm chart, rendered.
struct Chart: Sendable {
  var values: JSONValue = [:]
  var kubeVersion = "v1.33.0"
  var release = "op"
  /// What is in the cluster already, as `apiVersion/kind/namespace/name`.
  var cluster: [String] = []

  static let namespace = "teleport"
  static let pin = "sha256:" + String(repeating: "a", count: 64)

  /// What mode standalone cannot do without.
  static let standalone: JSONValue = [
    "teleportAddress": "auth:3025", "caPins": [.string(pin)],
  ]
  static let sidecar: JSONValue = ["mode": "sidecar", "serviceAccount": ["name": "teleport"]]

  static func standalone(_ more: JSONValue) -> Chart {
    Chart(values: standalone.merging(more))
  }

  /// Built once: Go's template engine is what Helm renders with.
  private static let renderer = Result {
    let binary = FileManager.default.temporaryDirectory
      .appendingPathComponent("chart-renderer-\(UUID().uuidString)").path
    let built = try ProgramResult.of(
      "/usr/bin/env",
      ["go", "build", "-o", binary, "main.go"],
      environment: ["GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": ""],
      folder: Repository.root.appendingPathComponent("Tests/DeployTests/Renderer"))
    guard built.status == 0 else { throw ChartError(description: built.errors) }
    return binary
  }

  private func run(notes: Bool) throws -> ProgramResult {
    let request: JSONValue = [
      "release": .string(release), "namespace": .string(Self.namespace),
      "kubeVersion": .string(kubeVersion), "values": values,
      "objects": .array(cluster.map { .string($0) }), "notes": .bool(notes),
    ]
    return try ProgramResult.of(
      try Self.renderer.get(),
      [Repository.root.appendingPathComponent("deploy/helm/teleport-operator").path],
      input: request.jsonText)
  }

  func objects() throws -> [JSONValue] {
    let result = try run(notes: false)
    guard result.status == 0 else { throw ChartError(description: result.errors) }
    return try JSONValue.documents(yaml: result.output).filter { $0 != .null }
  }

  func objects(_ kind: String) throws -> [JSONValue] {
    try objects().filter { $0["kind"]?.string == kind }
  }

  func notes() throws -> String {
    let result = try run(notes: true)
    guard result.status == 0 else { throw ChartError(description: result.errors) }
    return result.output
  }

  /// What Helm would say instead of rendering.
  func refusal() throws -> String {
    let result = try run(notes: false)
    #expect(result.status != 0)
    #expect(result.output == "")
    return result.errors
  }
}

struct ChartError: Error, CustomStringConvertible {
  let description: String
}

extension JSONValue {
  /// Objects are merged, all else is replaced.
  func merging(_ other: JSONValue) -> JSONValue {
    guard var object = self.object, let more = other.object else { return other }
    for (key, value) in more { object[key] = object[key]?.merging(value) ?? value }
    return .object(object)
  }

  /// KIND NAMESPACE/NAME.
  var identity: String {
    let place = self[["metadata", "namespace"]]?.string.map { $0 + "/" } ?? ""
    return "\(self["kind"]?.string ?? "") \(place)\(self[["metadata", "name"]]?.string ?? "")"
  }
}
