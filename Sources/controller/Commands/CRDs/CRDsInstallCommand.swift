import ArgumentParser
import Documents
import FoundationEssentials
import Kubernetes
import TeleportSchema

struct CRDsInstallCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "install",
    abstract: "Create the CustomResourceDefinitions in a cluster, or bring them up to this build.",
    discussion: """
      Takes nothing away: every version stays, the one that is stored stays stored, fields that only the cluster's \
      definition has stay, and no rule or limit is added that an object in the cluster might break. Where the cluster's \
      definition stays looser than this build's, that is counted; --verbose names the places. Nothing is ever deleted.

      May be repeated. Needs get, create and patch on customresourcedefinitions.apiextensions.k8s.io.

      Ends with 0, or with 1 if a definition could not be installed; the others are installed all the same.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
  }

  @Flag(help: "Let the API server check everything, and change nothing.")
  var dryRun = false

  @Flag(name: [.short, .long], help: "Name every field that changes or stays as it is.")
  var verbose = false

  @Option(name: [.customShort("o"), .long], help: "text, or json: one object a line.")
  var output: Format = .text

  @Option(help: "A kubeconfig file to use, and no other.")
  var kubeconfig: String?

  @Option(help: "The context of the kubeconfig to use. (default: its current one)")
  var context: String?

  func run() async throws {
    let configuration: KubernetesConfiguration
    do throws(ConfigurationError) {
      configuration = try KubernetesConfiguration.load(
        kubeconfig: kubeconfig, context: context,
        environment: ProcessInfo.processInfo.environment)
    } catch {
      throw ValidationError("\(error)")
    }
    let definitions = try CustomResourceDefinition.all()
    let hasFailed = try await KubernetesClient.with(
      configuration, options: KubernetesClient.Options(timeout: .seconds(15))
    ) { client in
      await install(definitions, DefinitionInstaller(client: client, isDryRun: dryRun))
    }
    if hasFailed { throw ExitCode.failure }
  }

  /// - Returns: whether one could not be installed.
  private func install(
    _ definitions: [JSONValue], _ installer: DefinitionInstaller
  ) async -> Bool {
    var hasFailed = false
    let report = InstallReport(isDryRun: dryRun, isVerbose: verbose)
    for definition in definitions {
      do {
        let update = try await installer.install(definition)
        Output.print(output == .json ? report.json(update).jsonText : report.text(update))
      } catch {
        hasFailed = true
        let name = definition[["metadata", "name"]]?.string ?? ""
        let reason = (error as? KubernetesError)?.message ?? "\(error)"
        if output == .json {
          Output.print(report.json(failureOf: name, reason).jsonText)
        } else {
          Output.printError("error: \(name): \(reason)")
        }
        // The others would be told the same.
        if let error = error as? KubernetesError, error.isOfEveryRequest { break }
      }
    }
    return hasFailed
  }
}

extension KubernetesError {
  /// Whether the next request would fail in the same way.
  fileprivate var isOfEveryRequest: Bool {
    switch code {
    case .connection, .untrusted, .unauthorized, .forbidden, .deadlineExceeded: true
    default: false
    }
  }
}
