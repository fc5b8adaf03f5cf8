import Credentials
import Documents
import Operations
import SandboxFaults
import Synchronization
import TeleportClient
import TeleportSandbox
import Testing

@testable import TeleportSchema
@testable import controller

/// A mirror that is fed from a stand-in, and what was told of it.
final class FeedStage: Sendable {
  let sandbox: TeleportSandbox
  let mirror = TeleportMirror()
  let lines = LogLines()
  /// For requests to be held back; open afterwards, whatever happened: a stand-in cannot stop while it holds some.
  let gate = Gate()
  private let toldOf = Mutex<[String]>([])
  private let feeding = Mutex<Task<Void, Never>?>(nil)

  /// Nobody waits for what a test has not arranged.
  static let fast: MirrorFeed.Pace = {
    let soon = Backoff(initial: .milliseconds(20), maximum: .milliseconds(100))
    return MirrorFeed.Pace(relist: soon, rewatch: soon)
  }()

  /// What most tests mirror: kinds with and without events, that every server has.
  static let few = WatchedKind.teleportKinds.filter {
    ["github", "role", "user"].contains($0.kind)
  }

  /// Names of what is mirrored.
  private let kinds: Set<String>

  private init(_ sandbox: TeleportSandbox, _ kinds: [ResourceSchema]) {
    self.sandbox = sandbox
    self.kinds = Set(kinds.map(\.kind))
  }

  /// - Parameters:
  ///   - prepare: runs before the feed, and says as whom it connects; as an administrator where it says nothing.
  static func with(
    major: Int = 18, pace: MirrorFeed.Pace = fast,
    kinds: [ResourceSchema] = few,
    prepare: (FeedStage) async throws -> TLSIdentity? = { _ in nil },
    _ body: (FeedStage) async throws -> Void
  ) async throws {
    let stage = FeedStage(try await TeleportSandbox.start(options: .init(major: major)), kinds)
    let result: Result<Void, any Error>
    do {
      let admin = try AdminIdentity(dataDirectory: stage.sandbox.dataDirectory)
      let identity = try await prepare(stage) ?? admin.identity
      let connection = try await TeleportIdentity.connect(to: stage.sandbox, as: identity)
      let feed = MirrorFeed(
        mirror: stage.mirror, kinds: kinds, log: StateLog(stage.lines.logger), pace: pace
      ) { [stage] kind, name in
        stage.toldOf.withLock { $0.append("\(kind) \(name ?? "*")") }
      }
      stage.feeding.withLock { $0 = Task { await feed.run(on: connection) } }
      result = .success(try await body(stage))
    } catch {
      result = .failure(error)
    }
    await stage.gate.open()
    await stage.stop()
    await stage.sandbox.shutdown()
    try result.get()
  }

  func stop() async {
    let task = feeding.withLock { $0 }
    task?.cancel()
    await task?.value
  }

  // MARK: - Teleport

  func putRole(_ name: String, _ login: String = "root", kinds: [String] = []) async throws {
    let rules = kinds.map { kind -> JSONValue in
      ["resources": [.string(kind)], "verbs": ["list", "read"]]
    }
    try await sandbox.put(
      "role",
      [
        "kind": "role", "version": "v5", "metadata": ["name": .string(name)],
        "spec": ["allow": ["logins": [.string(login)], "rules": .array(rules)]],
      ])
  }

  func putUser(_ name: String, roles: [JSONValue] = []) async throws {
    try await sandbox.put(
      "user",
      [
        "kind": "user", "version": "v2", "metadata": ["name": .string(name)],
        "spec": ["roles": .array(roles)],
      ])
  }

  /// The identity of a user that may list and read these kinds, by a role `limited`.
  func limited(to kinds: [String]) async throws -> TLSIdentity {
    try await putRole("limited", kinds: kinds)
    try await putUser("limited", roles: ["limited"])
    let credentials = try await sandbox.credentials(forUser: "limited")
    return try TLSIdentity(
      certificatePEM: credentials.certificate, keyPEM: Secret(credentials.key),
      trustedCAPEMs: credentials.hostAuthorities, source: "the sandbox")
  }

  func calls(_ method: String) async -> Int {
    await sandbox.faults.requests.count { $0.operation.hasSuffix("/" + method) }
  }

  // MARK: - Mirror

  var told: [String] { toldOf.withLock { $0 } }

  /// Whether the mirror has the resource as Teleport has it.
  func isMirrored(_ kind: String, _ name: String) async throws -> Bool {
    let schema = try #require(ResourceSchema.named(kind))
    guard let message = await sandbox.message(kind, name) else {
      return mirror.entry(kind: kind, name: name) == .absent
    }
    return mirror.entry(kind: kind, name: name) == .present(try LiveResource(message, schema))
  }

  func inSync() async throws {
    try await eventually("in sync") { mirror.syncedKinds == kinds }
  }

  func toldOfAll() async throws {
    try await inSync()
    try await eventually("told of everything") {
      told.contains("role *") && told.contains("user *")
    }
  }
}

extension ResourceSchema {
  /// As where Teleport has no events of the kind.
  var withoutEvents: ResourceSchema {
    ResourceSchema(
      kind: kind, rule: rule, eventField: nil, customResources: customResources, calls: calls,
      message: message, entitlements: entitlements, singletonName: singletonName,
      labelCondition: labelCondition, header: header, registry: registry)
  }
}
