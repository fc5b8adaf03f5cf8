import Documents
import Kubernetes

/// Brings the CustomResourceDefinitions of a cluster up to this build's, one after the other.
struct DefinitionInstaller {
  let client: KubernetesClient
  /// The API server checks everything and stores nothing.
  let isDryRun: Bool

  /// How often somebody else may have changed a definition meanwhile.
  private static let attempts = 5

  /// - Throws: `KubernetesError`, or `DefinitionUpdate.Unsuitable` before anything of this definition was changed.
  func install(_ wanted: JSONValue) async throws -> DefinitionUpdate {
    var attempt = 1
    while true {
      do {
        return try await tryToInstall(wanted)
      } catch let error as KubernetesError
        where [.conflict, .alreadyExists].contains(error.code) && attempt < Self.attempts
      {
        attempt += 1
      }
    }
  }

  private func tryToInstall(_ wanted: JSONValue) async throws -> DefinitionUpdate {
    let key = ObjectKey(wanted[["metadata", "name"]]?.string ?? "")
    let existing: KubernetesObject?
    do {
      existing = try await client.get(.customResourceDefinitions, key)
    } catch let error as KubernetesError where error.code == .notFound {
      existing = nil
    }
    let update = try DefinitionUpdate(to: wanted, from: existing?.document)
    switch (update.action, existing) {
    case (.create, _):
      let object = try KubernetesObject(update.definition)
      _ = try await client.create(.customResourceDefinitions, object, isDryRun: isDryRun)
    case (.update, let existing?):
      // The resource version makes it fail where somebody else was faster.
      let patch: JSONValue = [
        "metadata": ["resourceVersion": .string(existing.metadata.resourceVersion)],
        "spec": update.definition["spec"] ?? [:],
      ]
      _ = try await client.mergePatch(
        .customResourceDefinitions, key, patch, isDryRun: isDryRun)
    default: break
    }
    return update
  }
}
