import FoundationEssentials
import TeleportSandbox
import Testing

/// What the Teleport contract is checked against: the stand-in in each of its versions, and a real server where
/// CONTRACT_TELEPORT_DATA_DIR and CONTRACT_TELEPORT_AUTH name one.
enum TeleportTarget: Sendable, CustomTestStringConvertible {
  case sandbox(major: Int)
  case real(dataDirectory: String, address: String)

  static let all: [TeleportTarget] = sandboxes + real

  /// For what a real server cannot do alone.
  static let sandboxes: [TeleportTarget] = [11, 14, 18].map { .sandbox(major: $0) }

  private static let real: [TeleportTarget] = {
    let environment = ProcessInfo.processInfo.environment
    guard let directory = environment["CONTRACT_TELEPORT_DATA_DIR"], !directory.isEmpty,
      let address = environment["CONTRACT_TELEPORT_AUTH"], !address.isEmpty
    else { return [] }
    return [.real(dataDirectory: directory, address: address)]
  }()

  var testDescription: String {
    switch self {
    case .sandbox(let major): "sandbox, Teleport \(major)"
    case .real(_, let address): "real Teleport at \(address)"
    }
  }
}

/// Lets a few tests pass at a time: all at once, they would make each other miss the deadlines of a busy machine.
private actor Turnstile {
  static let shared = Turnstile()

  private var free = 4
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func enter() async {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  func leave() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}

/// Runs `body` against a target and removes afterwards what it has made there.
func withTeleport(
  _ target: TeleportTarget, body: (TeleportSession) async throws -> Void
) async throws {
  await Turnstile.shared.enter()
  do {
    try await run(target, body: body)
    await Turnstile.shared.leave()
  } catch {
    await Turnstile.shared.leave()
    throw error
  }
}

private func run(
  _ target: TeleportTarget, body: (TeleportSession) async throws -> Void
) async throws {
  switch target {
  case .real(let directory, let address):
    try await TeleportSession.run(directory, address, body: body)
  case .sandbox(let major):
    var options = TeleportSandbox.Options(major: major)
    // As on a real server, reads and events come a little late.
    options.cacheLag = .after(.milliseconds(15))
    let sandbox = try await TeleportSandbox.start(options: options)
    do {
      try await TeleportSession.run(sandbox.dataDirectory, sandbox.address, body: body)
      await sandbox.shutdown()
    } catch {
      await sandbox.shutdown()
      throw error
    }
  }
}
