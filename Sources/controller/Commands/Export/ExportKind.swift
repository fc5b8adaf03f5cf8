import Documents
import TeleportSchema

/// What `export` was asked for: a Teleport kind, or the one custom resource kind that is to declare it.
struct ExportKind: Sendable {
  let schema: ResourceSchema
  /// Nil: whichever fits a resource's version.
  let customResource: CustomResourceSchema?

  struct Unknown: Error, CustomStringConvertible {
    let description: String
  }

  /// - Parameter name: "role", "TeleportRole", "teleportrolesv7", …; case does not matter.
  init(_ name: String) throws(Unknown) {
    let wanted = name.lowercased()
    for schema in WatchedKind.teleportKinds {
      if [schema.kind, schema.kind + "s"].contains(wanted) {
        self.schema = schema
        customResource = nil
        return
      }
      for row in schema.customResources {
        let names = [row.kind.lowercased(), row.plural, row.singular] + row.shortNames
        guard names.contains(wanted) else { continue }
        self.schema = schema
        customResource = row
        return
      }
    }
    let known = WatchedKind.teleportKinds.flatMap { schema in
      [schema.kind] + schema.customResources.map(\.kind)
    }
    throw Unknown(
      description: "'\(name)' is not a kind that is known here" + Suggestion.text(name, known)
        + " Known are: \(known.joined(separator: ", "))")
  }

  /// The custom resource kind and version that declare a resource of this version; nil where none does.
  func target(version: String) -> (CustomResourceSchema, CustomResourceSchema.Version)? {
    for row in customResource.map({ [$0] }) ?? schema.customResources {
      if let found = row.versions.first(where: { $0.teleportVersion == version }) {
        return (row, found)
      }
    }
    return nil
  }
}
