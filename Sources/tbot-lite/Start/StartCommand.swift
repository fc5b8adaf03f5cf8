import ArgumentParser
import Credentials
import FoundationEssentials
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
      with _ for -, as in TBOT_LITE_AUTH_SERVER. An option wins over its variable.

      Waits for the auth service as long as it takes. Ends with 0 on SIGTERM or SIGINT, with 1 when something is wrong \
      that waiting does not cure, and with 64 when an option is.
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
    let bot = BotService(settings: settings, logger: logger)
    do {
      if settings.oneshot {
        try await bot.renewOnceWaiting()
      } else {
        let group = ServiceGroup(
          configuration: .init(
            services: [
              .init(
                service: bot, successTerminationBehavior: .gracefullyShutdownGroup,
                failureTerminationBehavior: .cancelGroup),
              .init(service: Diagnostics(bot: bot, registry: registry, settings: settings)),
            ], gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "lifecycle") { _ in
              SwiftLogNoOpLogHandler()
            }))
        try await group.run()
      }
    } catch {
      logger.critical("cannot go on", metadata: ["error": "\(error)"])
      throw ExitCode.failure
    }
  }
}

/// Metrics and health over HTTP, if an address is set.
struct Diagnostics: Service {
  let bot: BotService
  let registry: MetricsRegistry
  let settings: Settings

  func run() async throws {
    guard let address = settings.diagnosticsAddress else {
      try? await gracefulShutdown()
      return
    }
    let server = DiagnosticsServer(routes: [
      "/metrics": { .metrics(registry) },
      "/livez": { .health([]) },
      "/readyz": { .health(await bot.problems()) },
    ])
    try await cancelWhenGracefulShutdown {
      try await server.run(on: address) { bound in
        bot.logger.info("diagnostics", metadata: ["address": "\(bound.host):\(bound.port)"])
      }
    }
  }
}
