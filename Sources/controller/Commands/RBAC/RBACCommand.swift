import ArgumentParser
import Documents
import Kubernetes
import Operations

struct RBACCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rbac",
    abstract: "Print the Roles that `run` needs, for `kubectl apply -f -`.",
    discussion: """
      They grant just the verbs that the controller uses. The Helm chart and the kustomize base contain the same rules.
      """)

  @Option(
    help: ArgumentHelp(
      "The namespace that the controller runs in.", valueName: "namespace"))
  var home = "teleport"

  @Option(
    help: ArgumentHelp(
      "Whose custom resources it looks after: a namespace, several with commas between them, or '*' for all. (default: as --home)",
      valueName: "namespace"))
  var namespace: String?

  @Option(
    help: ArgumentHelp(
      "A Secret that custom resources may refer to; may be repeated.", valueName: "name"))
  var secret: [String] = []

  @Flag(
    help: "Leave out the ClusterRole that reads the namespace kube-system: run has --cluster-id.")
  var withoutClusterID = false

  @Option(
    help: ArgumentHelp(
      "Bind the roles to this service account of the namespace --home.", valueName: "name"))
  var serviceAccount: String?

  @Option(help: ArgumentHelp("What the roles are called.", valueName: "name"))
  var name = "teleport-operator"

  private var scope: NamespaceScope {
    get throws(InvalidOption) {
      NamespaceScope(
        names: try NamespaceScope.names(namespace ?? home, of: "--namespace"), selector: .all)
    }
  }

  func validate() throws {
    do throws(InvalidOption) {
      _ = try scope
    } catch { throw ValidationError(error.description) }
  }

  func run() throws {
    let scope = try scope
    let needs = AccessNeeds(scope: scope, home: scope.leaseNamespace(home: home))
    var roles = AccessRoles(needs: needs, name: name)
    roles.secrets = secret
    roles.readsClusterIdentity = !withoutClusterID
    roles.serviceAccount = serviceAccount.map { ObjectKey($0, namespace: home) }
    for manifest in roles.manifests {
      Output.print("---\n" + manifest.yamlText(), terminator: "")
    }
  }
}
