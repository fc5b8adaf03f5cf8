import Credentials
import FileFaults
import FoundationEssentials
import Logging
import TeleportSandbox
import Testing

@testable import tbot_lite

/// A place where bots come and go: each a process of its own, as far as Teleport and the disk can tell.
struct CrashStage: Sendable {
  let sandbox: TeleportSandbox
  let settings: Settings

  var destination: String { BotFixture.destination(settings) }

  /// How a bot's time on the stage ended.
  enum Rest: Sendable {
    /// All is published, and it waits for the next renewal.
    case waiting
    case backingOff
    case ended(StepFailure?)
  }

  /// Runs a new bot until it waits for something or ends; then it is gone, whatever it was about to do.
  ///
  /// - Parameter ahead: by how many seconds its clock is fast, so that what it has kept looks as old as that.
  func run(
    _ fileSystem: any FileSystem = SystemCalls(), log: LogLines = LogLines(),
    ahead: TimeInterval = 0,
    stopping stop: (@Sendable () async -> Void)? = nil
  ) async throws -> Rest {
    let clock = ManualClock()
    let bot = try BotService(
      settings: settings, source: settings.makeSource(fileSystem: fileSystem),
      deliveries: settings.outputs.map {
        try BotService.delivery($0, nil, fileSystem: fileSystem)
      }, logger: log.logger, now: { Date().addingTimeInterval(ahead) }, clock: clock)
    return await withTaskGroup(of: Rest?.self) { group in
      group.addTask {
        do { try await bot.run() } catch { return .ended(error as? StepFailure) }
        return nil
      }
      group.addTask {
        for await _ in clock.sleeps {
          return await bot.phase == .waiting ? .waiting : .backingOff
        }
        return nil
      }
      if let stop {
        group.addTask {
          await stop()
          return .ended(nil)
        }
      }
      let rest = await group.next() ?? nil
      group.cancelAll()
      return rest ?? .ended(nil)
    }
  }

  /// The fingerprint of what is published; nil where nothing is. Anything else is a torn directory.
  func published() throws -> String? {
    do {
      let generation = try PublishedDirectory(path: destination).read()
      return generation.name
    } catch let error where error.code == .notReady {
      return nil
    }
  }

  func forgetPublished() { try? FileManager.default.removeItem(atPath: destination) }
}

extension CrashStage.Rest {
  var isWaiting: Bool { if case .waiting = self { true } else { false } }

  var failure: StepFailure? { if case .ended(let failure) = self { failure } else { nil } }
}
