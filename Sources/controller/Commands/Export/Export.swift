import Documents
import TeleportClient
import TeleportSchema

/// Reads resources and turns them into manifests, in the order of their names.
struct Export {
  let kind: ExportKind
  let namespace: String?
  /// Roles of the identity that reads: who changes them through a custom resource may lock the controller out.
  var ownRoles: [String] = []
  private(set) var manifests: [ExportedManifest] = []
  /// What was left out, and why.
  private(set) var notes: [String] = []
  /// Whether something is missing that was asked for.
  private(set) var isIncomplete = false

  init(kind: ExportKind, namespace: String?) {
    self.kind = kind
    self.namespace = namespace
  }

  /// - Parameter names: empty for all.
  mutating func run(_ names: [String], _ connection: AuthConnection) async throws {
    let calls = ResourceCalls(connection, timeout: .seconds(60))
    guard names.isEmpty else {
      for name in Set(names).sorted() {
        if let bytes = try await calls.get(name, of: kind.schema) {
          add(bytes, name)
        } else {
          miss(name, "Teleport has none of this name")
        }
      }
      return
    }
    var resources: [(name: String, bytes: [UInt8])] = []
    for bytes in try await calls.list(kind.schema) {
      resources.append((try kind.schema.facts(of: bytes).name, bytes))
    }
    for (name, bytes) in resources.sorted(by: { $0.name < $1.name }) {
      let resource = try kind.schema.decode(bytes)
      let isOwn = kind.schema.kind == "role" && ownRoles.contains(name)
      let reason =
        isOwn
        ? "this controller's own role"
        : ExportScope.reasonToLeaveOut(
          resource, kind: kind.schema.kind, serverMajor: connection.server.major)
      if let reason {
        notes.append("left out: \(kind.schema.kind)/\(name): \(reason); name it to export it")
      } else if let row = kind.customResource, isOfAnother(resource, row) {
        notes.append(
          "left out: \(kind.schema.kind)/\(name): not for \(row.kind), its version is "
            + (resource["version"]?.string ?? ""))
      } else {
        add(bytes, name)
      }
    }
  }

  private func isOfAnother(_ resource: JSONValue, _ row: CustomResourceSchema) -> Bool {
    !row.versions.contains { $0.teleportVersion == resource["version"]?.string }
  }

  private mutating func add(_ bytes: [UInt8], _ name: String) {
    do {
      manifests.append(try ExportedManifest(bytes, kind, namespace: namespace))
    } catch {
      miss(name, "\(error)")
    }
  }

  private mutating func miss(_ name: String, _ why: String) {
    isIncomplete = true
    notes.append("not exported: \(kind.schema.kind)/\(name): \(why)")
  }
}
