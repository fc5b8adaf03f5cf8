import ArgumentParser
import Documents
import FoundationEssentials
import Kubernetes
import TeleportClient
import TeleportSchema

struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show what `run` would do, resource by resource and field by field. Writes nothing.",
    discussion: """
      --all looks at every custom resource of the namespaces. -f looks at manifests as they would stand once applied: over \
      what Kubernetes holds, as `kubectl apply` lays them. Without a Kubernetes that answers, -f still works: it takes it \
      that each custom resource is there, and says so.

      Reads Teleport with the same identity as `run` and decides by the same rules; needs no Lease. Sensitive values are \
      shown as ***. Give the options and variables (TELEPORT_OPERATOR_…) that `run` has: they are part of the rules.

      Ends with 0 if there is nothing to do, with 2 if something would change, and with 1 if something needs a person \
      (a conflict, an invalid spec, …) or could not be looked at; with 64 if an option is wrong.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
  }

  @Option(
    name: [.customShort("f"), .customLong("filename")], parsing: .singleValue,
    help: "A file, a directory (searched for .yaml, .yml and .json), or - for standard input.")
  var filename: [String] = []

  @Flag(help: "Every custom resource that the controller looks after.")
  var all = false

  @Option(
    name: [.customShort("o"), .long],
    help: "text, or json: one object a line for each resource, also those in sync.")
  var output: Format = .text

  @OptionGroup(title: "Kubernetes") var kubernetes: KubernetesOptions
  @OptionGroup(title: "Teleport") var teleport: TeleportOptions
  @OptionGroup(title: "Policy") var policy: PolicyOptions

  func validate() throws {
    guard all != !filename.isEmpty else {
      throw ValidationError("say what to plan: either --all, or -f with a file or directory")
    }
  }

  func run() async throws {
    let environment = ProcessInfo.processInfo.environment
    var configuration: KubernetesConfiguration?
    let settings: RunSettings
    do {
      do throws(ConfigurationError) {
        configuration = try kubernetes.configuration(environment)
      } catch {
        if all || kubernetes.isExplicit { throw error }
        Self.note("Kubernetes is not asked: \(error.message)")
      }
      let given = teleport.given.merging(policy.given) { $1 }.merging(kubernetes.given) { $1 }
      settings = try RunSettings(
        given, environment: environment,
        defaultNamespace: configuration?.namespace ?? "default")
    } catch {
      throw ValidationError("\(error)")
    }
    var printer = PlanPrinter(format: output)
    do {
      let connection = try await settings.connect().connection
      if let configuration {
        let options = KubernetesClient.Options(timeout: .seconds(15))
        try await KubernetesClient.with(configuration, options: options) { client in
          try await plan(settings, connection, client, &printer)
        }
      } else {
        try await plan(settings, connection, nil, &printer)
      }
      await connection.close()
    } catch {
      Output.printError("error: \(error)")
      throw ExitCode.failure
    }
    printer.finish()
    throw printer.exitCode
  }

  static func note(_ text: String) { Output.printError("note: \(text)") }

  // MARK: - Planning

  private func plan(
    _ settings: RunSettings, _ connection: AuthConnection, _ client: KubernetesClient?,
    _ printer: inout PlanPrinter
  ) async throws {
    let (client, cluster) = try await reach(client, settings)
    let resources = client.map { CustomResources($0, settings.scope) }
    let subjects: [PlanSubject]
    if all {
      subjects = try await Self.all(resources)
    } else {
      subjects = try await manifests(settings, resources, &printer)
    }
    var planning = Planning(
      settings: settings, cluster: cluster, server: connection.server,
      live: LiveResources(connection), resources: resources,
      secrets: client.map { SecretResolver($0, timeout: Reconciler.callTimeout) })
    for schema in WatchedKind.teleportKinds {
      let count = subjects.count { subject in
        if case .object(_, let kind) = subject { kind.schema.kind == schema.kind } else { false }
      }
      await planning.live.expect(count, of: schema)
    }
    for subject in subjects {
      switch subject {
      case .object(let object, let kind): printer.add(try await planning.plan(object, kind))
      case .settled(let resource): printer.add(resource)
      }
    }
  }

  /// The client, if the server answers it, and the cluster's identity.
  private func reach(
    _ client: KubernetesClient?, _ settings: RunSettings
  ) async throws -> (KubernetesClient?, String?) {
    guard let client else { return (nil, settings.clusterID) }
    do {
      let uid = try await client.get(.namespaces, ObjectKey("kube-system")).metadata.uid
      return (client, settings.clusterID ?? uid)
    } catch let error as KubernetesError where [.forbidden, .notFound].contains(error.code) {
      if settings.clusterID == nil {
        Self.note(
          "this cluster's identity may not be read, so that another cluster's resources are not told apart; "
            + "allow get on the namespace kube-system, or give --cluster-id")
      }
      return (client, settings.clusterID)
    } catch let error as KubernetesError where !all {
      Self.note(
        "Kubernetes cannot be asked (\(error.message)); their statuses and other claims to "
          + "their names are not known")
      return (nil, settings.clusterID)
    }
  }

  private static func all(_ resources: CustomResources?) async throws -> [PlanSubject] {
    var subjects: [PlanSubject] = []
    for kind in WatchedKind.all {
      subjects += try await (resources?.all(kind) ?? []).map { .object($0, kind) }
    }
    return subjects
  }

  private func manifests(
    _ settings: RunSettings, _ resources: CustomResources?, _ printer: inout PlanPrinter
  ) async throws -> [PlanSubject] {
    var subjects: [PlanSubject] = []
    for path in filename {
      do {
        for file in try ManifestSource.files(path) {
          for manifest in try ManifestSource.manifests(file) {
            guard manifest.isOurs else {
              printer.passOver()
              continue
            }
            subjects.append(try await PlanSubject(manifest, settings, resources))
          }
        }
      } catch let error as ManifestSource.Failure {
        printer.add(error)
      }
    }
    return subjects
  }
}
