import ArgumentParser
import FoundationEssentials
import Kubernetes
import Logging
import Operations
import ServiceLifecycle

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Reconcile custom resources into Teleport until told to stop.",
    discussion: """
      Reads its Teleport identity from a directory that tbot-lite (or tbot) keeps fresh, and waits for it if need be. \
      Finds Kubernetes by --kubeconfig, $KUBECONFIG, the pod's service account or ~/.kube/config, in this order. Works \
      only while it holds the Lease, so any number of copies may run.

      Every option can be given as an environment variable instead: TELEPORT_OPERATOR_ and the option's name in \
      capitals, with _ for -. An option wins over its variable.

      Ends with 0 on SIGTERM or SIGINT, after finishing what is in flight and giving the Lease back; with 1 when \
      something is wrong that waiting does not cure, and with 64 when an option is.
      """)

  @OptionGroup(title: "Kubernetes") var kubernetes: KubernetesOptions
  @OptionGroup(title: "Teleport") var teleport: TeleportOptions
  @OptionGroup(title: "Policy") var policy: PolicyOptions

  @Option(help: "The name of the Lease. (default: 431e83f4.teleport.dev)")
  var leaderElectionId: String?

  @Option(help: "How often to look at everything anyway. (default: 10h)")
  var syncPeriod: String?

  @Option(help: "host:port for /metrics; 0 for none. (default: :8080)")
  var metricsBindAddress: String?

  @Option(help: "host:port for /healthz and /readyz; 0 for none. (default: :8081)")
  var healthProbeBindAddress: String?

  @Option(help: "trace, debug, info, notice, warning, error or critical. (default: info)")
  var logLevel: String?

  @Option(help: "text or json. (default: text)")
  var logFormat: String?

  func run() async throws {
    let environment = ProcessInfo.processInfo.environment
    let configuration: KubernetesConfiguration
    let settings: RunSettings
    do {
      configuration = try kubernetes.configuration(environment)
      settings = try RunSettings(
        given, environment: environment, defaultNamespace: configuration.namespace)
    } catch {
      throw ValidationError("\(error)")
    }
    LineLogHandler.bootstrap(level: settings.logLevel, format: settings.logFormat)
    let registry = MetricsRegistry(describing: ControllerMetrics.all)
    registry.bootstrap()
    let logger = Logger(label: "controller")
    do {
      try await KubernetesClient.with(
        configuration, onCall: ControllerMetrics.kubernetesCalled
      ) { client in
        let process = try Operator(settings: settings, client: client, logger: logger)
        try await serve(process, registry, settings, logger)
      }
    } catch {
      logger.critical("cannot go on", metadata: ["error": "\(error)"])
      throw ExitCode.failure
    }
  }

  var given: [String: String?] {
    let own: [String: String?] = [
      "leader-election-id": leaderElectionId, "sync-period": syncPeriod,
      "metrics-bind-address": metricsBindAddress,
      "health-probe-bind-address": healthProbeBindAddress, "log-level": logLevel,
      "log-format": logFormat,
    ]
    return [kubernetes.given, teleport.given, policy.given].reduce(into: own) { all, group in
      all.merge(group) { first, _ in first }
    }
  }

  private func serve(
    _ process: Operator, _ registry: MetricsRegistry, _ settings: RunSettings, _ logger: Logger
  ) async throws {
    let endpoints = [
      Endpoint(
        address: settings.metricsAddress,
        routes: [
          "/metrics": {
            await process.recordMetrics()
            return .metrics(registry)
          }
        ]),
      Endpoint(
        address: settings.healthAddress,
        routes: [
          "/healthz": { .health([]) }, "/readyz": { .health(await process.problems()) },
        ]),
    ]
    var services: [ServiceGroupConfiguration.ServiceConfiguration] = [
      .init(
        service: process, successTerminationBehavior: .gracefullyShutdownGroup,
        failureTerminationBehavior: .cancelGroup)
    ]
    services += endpoints.map { .init(service: $0) }
    let group = ServiceGroup(
      configuration: .init(
        services: services, gracefulShutdownSignals: [.sigterm, .sigint],
        logger: Logger(label: "lifecycle") { _ in SwiftLogNoOpLogHandler() }))
    try await group.run()
  }
}

/// A diagnostics endpoint, if it has an address.
private struct Endpoint: Service {
  let address: ListenAddress?
  let routes: [String: DiagnosticsServer.Route]

  func run() async throws {
    guard let address else {
      try? await gracefulShutdown()
      return
    }
    try await cancelWhenGracefulShutdown {
      try await DiagnosticsServer(routes: routes).run(on: address)
    }
  }
}
