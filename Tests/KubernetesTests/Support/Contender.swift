import SandboxFaults
import Synchronization

@testable import Kubernetes

private final class Times: Sendable {
  let entries = Mutex<[String: Duration]>([:])
}

/// One process that wants to lead.
final class Contender: Sendable {
  let elector: LeaseElector
  private let notes: AsyncStream<String>
  private let note: @Sendable (String) -> Void
  private let times = Times()
  private let task = Mutex<Task<Void, any Error>?>(nil)

  init(_ name: String, _ server: LeaseServer, _ clock: VirtualClock) throws {
    let (notes, noted) = AsyncStream<String>.makeStream()
    self.notes = notes
    let times = times
    note = { text in
      times.entries.withLock { $0[text] = $0[text] ?? clock.now.offset }
      noted.yield(text)
    }
    elector = LeaseElector(
      server.client(name, clock: clock),
      options: try LeaseOptions(key: ObjectKey("l", namespace: "ns"), identity: name),
      stateChanged: { [note] in note("\($0)") })
  }

  /// - Parameter ending: How long the work goes on after it was cancelled, in other people's steps.
  func start(ending: @escaping @Sendable () async -> Void = {}) {
    let elector = elector
    let note = note
    task.withLock {
      $0 = Task {
        try await elector.run {
          note("work begins")
          do {
            try await Task.sleep(for: .seconds(3600))
          } catch {
            await ending()
            note("work ends, fence \(elector.fence.holds() ? "holds" : "does not hold")")
            throw error
          }
        }
      }
    }
  }

  func stop() async {
    let task = task.withLock { $0 }
    task?.cancel()
    _ = await task?.result
  }

  /// When something was noted first.
  func time(of text: String) -> Duration? { times.entries.withLock { $0[text] } }

  /// What was noted up to and with `text`.
  @discardableResult
  func wait(for text: String) async -> [String] {
    var seen: [String] = []
    for await entry in notes {
      seen.append(entry)
      if entry == text { break }
    }
    return seen
  }
}
