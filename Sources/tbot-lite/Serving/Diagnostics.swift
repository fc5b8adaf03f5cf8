import Logging
import Operations
import ServiceLifecycle

/// Metrics and health over HTTP, if an address is set.
struct Diagnostics: Service {
  let bot: BotService
  let registry: MetricsRegistry

  func run() async throws {
    guard let address = bot.settings.diagnosticsAddress else {
      try? await gracefulShutdown()
      return
    }
    let server = DiagnosticsServer(routes: [
      "/metrics": {
        BotMetrics.record(await bot.report)
        return .metrics(registry)
      },
      "/livez": { .health([]) },
      "/readyz": { .health(await bot.report.problems) },
    ])
    try await cancelWhenGracefulShutdown {
      try await server.run(on: address) { bound in
        bot.logger.info("diagnostics", metadata: ["address": "\(bound.host):\(bound.port)"])
      }
    }
  }
}
