import Credentials
import Operations
import SandboxFaults
import Synchronization
import TeleportClient
import TeleportSandbox
import TeleportSchema
import Testing

@testable import controller

@Suite(.timeLimit(.minutes(1))) struct MirrorFeedTests {
  /// What the feed has told of, in order.
  private final class Told: Sendable {
    private let told = Mutex<[String]>([])
    func add(_ kind: String, _ name: String?) {
      told.withLock { $0.append("\(kind) \(name ?? "*")") }
    }
    var all: [String] { told.withLock { $0 } }
    func contains(_ text: String) -> Bool { all.contains(text) }
  }

  private let mirror = TeleportMirror()
  private let told = Told()

  /// - Parameter names: roles that are there from the beginning, with login `before`.
  /// - Parameter gate: holds back the answer with the list of roles.
  private func withFeed(
    over names: [String] = [], gate: Gate? = nil,
    _ body: (TeleportSandbox, Task<Void, Never>) async throws -> Void
  ) async throws {
    let sandbox = try await TeleportSandbox.start()
    let admin = try AdminIdentity(dataDirectory: sandbox.dataDirectory)
    let connection = try await TeleportIdentity.connect(to: sandbox, as: admin.identity)
    for name in names { try await put(name, "before", in: sandbox) }
    if let gate {
      await sandbox.faults.inject(.pause(gate), at: .afterCommit) {
        $0.operation == "proto.AuthService/ListRoles"
      }
    }
    let feed = MirrorFeed(
      mirror: mirror, kinds: WatchedKind.teleportKinds, log: StateLog(LogLines().logger)
    ) { [told] in told.add($0, $1) }
    let task = Task { await feed.run(on: connection) }
    let result: Result<Void, any Error>
    do { result = .success(try await body(sandbox, task)) } catch { result = .failure(error) }
    await gate?.open()
    task.cancel()
    await task.value
    await sandbox.shutdown()
    try result.get()
  }

  private func put(_ name: String, _ login: String, in sandbox: TeleportSandbox) async throws {
    try await sandbox.put(
      "role",
      [
        "kind": "role", "version": "v7", "metadata": ["name": .string(name)],
        "spec": ["allow": ["logins": [.string(login)]]],
      ])
  }

  private func login(_ name: String) throws -> String? {
    guard case .present(let bytes) = mirror.entry(kind: "role", name: name) else { return nil }
    let role = try ResourceSchema.named("role")?.decode(bytes)
    return role?[["spec", "allow", "logins"]]?.array?.first?.string
  }

  private func inSync() async throws {
    try await eventually("in sync") { mirror.syncedKinds == ["role", "user"] }
  }

  @Test func listsAndThenFollows() async throws {
    try await withFeed(over: ["old"]) { sandbox, _ in
      try await inSync()
      #expect(try login("old") == "before")
      #expect(mirror.entry(kind: "role", name: "none") == .absent)
      try await eventually("told of everything") {
        told.contains("role *") && told.contains("user *")
      }
      try await put("new", "b", in: sandbox)
      try await eventually("told of the new one") { told.contains("role new") }
      #expect(try login("new") == "b")
      await sandbox.delete("role", "old")
      try await eventually("told of the old one") { told.contains("role old") }
      #expect(mirror.entry(kind: "role", name: "old") == .absent)
    }
  }

  @Test func whatHappensDuringTheListIsOnTopOfIt() async throws {
    let gate = Gate()
    try await withFeed(over: ["changed", "deleted"], gate: gate) { sandbox, _ in
      await gate.waitForArrivals()
      try await put("changed", "after", in: sandbox)
      try await put("new", "after", in: sandbox)
      await sandbox.delete("role", "deleted")
      #expect(mirror.entry(kind: "role", name: "changed") == .unknown)
      // Users are made last; once their event is here all the others are.
      try await sandbox.put(
        "user", ["kind": "user", "version": "v2", "metadata": ["name": "last"], "spec": [:]])
      await gate.open()
      try await inSync()
      try await eventually("the last event") {
        if case .present = mirror.entry(kind: "user", name: "last") { true } else { false }
      }
      #expect(try login("changed") == "after")
      #expect(try login("new") == "after")
      #expect(mirror.entry(kind: "role", name: "deleted") == .absent)
      // They are told of by the "everything" that follows the list.
      #expect(told.contains("role *"))
    }
  }

  @Test func whatIsMissedWhileCutOffIsFound() async throws {
    try await withFeed(over: ["missed"]) { sandbox, _ in
      try await inSync()
      try await withGate { gate in
        await sandbox.faults.inject(.pause(gate)) {
          $0.operation == "proto.AuthService/WatchEvents"
        }
        await sandbox.cutEventStreams(code: 14)
        await gate.waitForArrivals()
        #expect(mirror.entry(kind: "role", name: "missed") == .unknown)
        try await put("missed", "after", in: sandbox)
        await gate.open()
        try await inSync()
        #expect(try login("missed") == "after")
        #expect(told.all.filter { $0 == "role *" }.count == 2)
      }
    }
  }

  @Test func aStreamThatEndsInGoodOrderIsAGapToo() async throws {
    try await withFeed { sandbox, _ in
      try await inSync()
      await sandbox.cutEventStreams()
      try await eventually("listed again") { told.all.filter { $0 == "role *" }.count == 2 }
      await sandbox.waitForEventStreams(count: 1)
    }
  }

  @Test func afterTheEndNothingIsCertain() async throws {
    try await withFeed { _, task in
      try await inSync()
      task.cancel()
      await task.value
      #expect(mirror.syncedKinds.isEmpty)
    }
  }
}
