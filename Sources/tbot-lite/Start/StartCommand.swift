import ArgumentParser
import FoundationEssentials
import Kubernetes
import Logging
import Operations
import ServiceLifecycle
import UnixSignals

struct StartCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "start",
    abstract: "Issue certificates, publish them, and renew them until told to stop.",
    discussion: """
      Every option can be given as an environment variable instead: TBOT_LITE_ and the option's name in capitals, \
      with _ for -, as in TBOT_LITE_AUTH_SERVER. An option wins over its variable, and a variable over the file that \
      --config names, which is written as tbot's.

      Join methods: local-admin uses the data directory of an auth service on this machine and needs nothing else; \
      token and kubernetes work from anywhere the auth service can be reached: at its own address, or from Teleport 15 on \
      through a proxy with TLS routing (--proxy-server). What does not work: proxies with separate ports, proxies behind \
      a load balancer that ends TLS, and joining through a proxy up to Teleport 14, which does that in a way of its own.

      Waits for the auth service as long as it takes. SIGHUP renews at once. Ends with 0 on SIGTERM or SIGINT, with 1 \
      when something is wrong that waiting does not cure, and with 64 when an option is.
      """)

  @OptionGroup var options: StartOptions

  func run() async throws {
    let settings: Settings
    do {
      settings = try Settings(options.given, environment: ProcessInfo.processInfo.environment) {
        try? String(contentsOfFile: $0, encoding: .utf8)
      }
    } catch {
      throw ValidationError(error.description)
    }
    LineLogHandler.bootstrap(level: settings.logLevel, format: settings.logFormat)
    let registry = MetricsRegistry()
    registry.bootstrap()
    let logger = Logger(label: "tbot-lite")
    for note in settings.notes { logger.notice("\(note)") }
    do {
      try await Self.withKubernetes(settings) { kubernetes in
        let bot = try BotService(settings, kubernetes: kubernetes, logger: logger)
        if settings.oneshot {
          try await bot.renewOnce()
        } else {
          try await Self.serve(bot, registry)
        }
      }
    } catch let error as InvalidOption {
      throw ValidationError(error.description)
    } catch {
      logger.critical("cannot go on", metadata: ["error": "\(error)"])
      throw ExitCode.failure
    }
  }

  private static func serve(_ bot: BotService, _ registry: MetricsRegistry) async throws {
    let group = ServiceGroup(
      configuration: .init(
        services: [
          .init(
            service: bot, successTerminationBehavior: .gracefullyShutdownGroup,
            failureTerminationBehavior: .cancelGroup),
          .init(service: Diagnostics(bot: bot, registry: registry)),
          .init(service: AuthorityWatch(bot: bot)),
          .init(service: IdentityWatch(bot: bot)),
          .init(service: HangupWatch(requests: bot.requests)),
        ], gracefulShutdownSignals: [.sigterm, .sigint],
        logger: Logger(label: "lifecycle") { _ in SwiftLogNoOpLogHandler() }))
    try await group.run()
  }

  /// The API that Secrets are written to: the pod's own, or the kubeconfig's.
  private static func withKubernetes(
    _ settings: Settings,
    _ body: ((client: KubernetesClient, namespace: String)?) async throws -> Void
  ) async throws {
    guard settings.needsKubernetes else { return try await body(nil) }
    let configuration: KubernetesConfiguration
    do {
      configuration = try KubernetesConfiguration.load(
        environment: ProcessInfo.processInfo.environment)
    } catch {
      throw InvalidOption("an output is a Kubernetes Secret, but there is no API: \(error)")
    }
    try await KubernetesClient.with(configuration) { client in
      try await body((client, configuration.namespace))
    }
  }
}
