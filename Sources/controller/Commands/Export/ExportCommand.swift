import ArgumentParser
import Documents
import FoundationEssentials
import TeleportClient
import TeleportSchema

struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Print what Teleport holds as manifests of custom resources.",
    discussion: """
      For a start with what exists: `controller export role > roles.yaml`, read it, `kubectl apply -f roles.yaml`. The \
      manifests declare everything that Teleport holds, defaults too, and carry teleport.dev/adopt: IfEqual, so that the \
      controller takes the resources over and changes nothing but their ownership.

      Without names, all resources of the kind but Teleport's own (presets, bots), users made at a login, and the role \
      that the controller itself holds. Secrets are never printed: secret://… stands in their place, with a comment that \
      tells which Secret to make.

      Ends with 1 if something could not be exported, which is said on standard error; the rest is printed all the same.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case yaml
    case json
  }

  @Argument(
    help: """
      Teleport's name of a kind (role, user), or a custom resource kind (TeleportRoleV7), then only of its versions.
      """)
  var kind: String

  @Argument(help: "Names of resources; of all if none is given.")
  var names: [String] = []

  @Option(help: "The namespace to write into the manifests. (default: none, as kubectl decides)")
  var namespace: String?

  @Option(name: [.customShort("o"), .long], help: "yaml: a stream of documents; json: a List.")
  var output: Format = .yaml

  @OptionGroup(title: "Teleport") var teleport: TeleportOptions

  func run() async throws {
    let environment = ProcessInfo.processInfo.environment
    let kind: ExportKind
    let settings: RunSettings
    do {
      kind = try ExportKind(self.kind)
      settings = try RunSettings(
        teleport.given, environment: environment, defaultNamespace: "default")
    } catch {
      throw ValidationError("\(error)")
    }
    var export = Export(kind: kind, namespace: namespace)
    do {
      let (connection, roles) = try await settings.connect()
      export.ownRoles = roles
      try await export.run(names, connection)
      await connection.close()
    } catch {
      Output.printError("error: \(error)")
      throw ExitCode.failure
    }
    print(export.manifests)
    for note in export.notes { Output.printError(note) }
    if export.isIncomplete { throw ExitCode.failure }
  }

  private func print(_ manifests: [ExportedManifest]) {
    switch output {
    case .json:
      let list: JSONValue = [
        "apiVersion": "v1", "kind": "List", "items": .array(manifests.map(\.document)),
      ]
      Output.print(list.prettyJSONText)
    case .yaml:
      for manifest in manifests {
        let hints = manifest.hints.map { "# \($0)\n" }.joined()
        Output.print("---\n" + hints + manifest.document.yamlText(), terminator: "")
      }
    }
  }
}
