import ArgumentParser
import Documents
import Operations
import TeleportSchema

/// `tbot-lite role`.
struct RoleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "role",
    abstract: "Print the role that the operator needs, for `tctl create -f`.",
    discussion: """
      With --join-method local-admin tbot-lite keeps this role by itself. It is for bots that join with a token or as a pod, \
      and a start for a narrower one of your own.
      """)

  @Option(help: ArgumentHelp("What the role is called.", valueName: "name"))
  var roleName = OperatorRole.defaultName

  @Option(
    help: ArgumentHelp(
      "Teleport's name of a kind to manage, such as role; may be repeated. (default: all)",
      valueName: "kind"))
  var kind: [String] = []

  func validate() throws {
    for name in kind where ResourceSchema.named(name) == nil {
      let known = ResourceSchema.standard.map(\.kind).sorted().joined(separator: ", ")
      throw ValidationError("--kind: there is no '\(name)'; there are \(known)")
    }
  }

  func run() {
    let kinds = ResourceSchema.standard.filter { kind.isEmpty || kind.contains($0.kind) }
    let role = OperatorRole.resource(
      named: roleName, kinds: kinds, description: "Permissions of the Kubernetes operator.")
    print(role.yamlText(), terminator: "")
  }
}
