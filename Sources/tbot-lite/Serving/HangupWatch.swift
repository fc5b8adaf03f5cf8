import ServiceLifecycle
import UnixSignals

/// SIGHUP renews now.
struct HangupWatch: Service {
  let requests: RenewalRequests

  func run() async throws {
    await cancelWhenGracefulShutdown {
      for await _ in await UnixSignalsSequence(trapping: .sighup) { requests.request(.signal) }
    }
  }
}
