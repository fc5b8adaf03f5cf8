import SandboxFaults
import TeleportSandbox
import TeleportSchema
import Testing

@testable import TeleportClient

@Suite(.serialized, .timeLimit(.minutes(1))) struct AuthorityEventTests {
  private enum Told: Hashable, Sendable { case ready, change }

  /// Watches while `body` makes things happen.
  private func watching(
    _ connection: AuthConnection,
    _ body: (inout AsyncStream<Told>.Iterator, Task<TeleportError?, Never>) async throws -> Void
  ) async throws {
    let (events, continuation) = AsyncStream.makeStream(of: Told.self)
    let watch = Task { () -> TeleportError? in
      defer { continuation.finish() }
      do throws(TeleportError) {
        try await connection.watchAuthorities(
          onReady: { continuation.yield(.ready) }, onChange: { continuation.yield(.change) })
        return nil
      } catch {
        return error
      }
    }
    var iterator = events.makeAsyncIterator()
    try await body(&iterator, watch)
    watch.cancel()
    _ = await watch.value
  }

  @Test(arguments: majors)
  func everyChangeIsTold(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      // A bot may: its own role has the right.
      let bot = try await TestBot.join(sandbox)
      try await watching(try await sandbox.connect(as: bot.identity)) { events, watch in
        #expect(await events.next() == .ready)
        // Of this nobody is told.
        try await sandbox.put("role", TestResource.role("r"))
        try await sandbox.rotateUserAuthority(to: .initial)
        #expect(await events.next() == .change)
        try await sandbox.rotateDatabaseAuthority(to: .initial)
        #expect(await events.next() == .change)
        try await sandbox.rotateHostAuthority(to: .initial)
        #expect(await events.next() == .change)
        // Nothing was told twice: the next is the end.
        await sandbox.cutEventStreams()
        #expect(await events.next() == nil)
        _ = await watch.value
      }
    }
  }

  @Test(arguments: majors)
  func whoMayNotReadThemIsDenied(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      try await sandbox.addUser("bot-y", kinds: ["role"])
      let identity = try await sandbox.identity(ofUser: "bot-y")
      try await watching(try await sandbox.connect(as: identity)) { events, watch in
        #expect(await events.next() == nil)
        #expect(await watch.value?.code == .permissionDenied)
      }
    }
  }

  @Test func aBrokenStreamIsAnError() async throws {
    try await withSandbox(.init(major: 18)) { sandbox in
      try await watching(try await sandbox.connect()) { events, watch in
        #expect(await events.next() == .ready)
        await sandbox.cutConnections()
        #expect(await events.next() == nil)
        #expect(await watch.value?.isTransient == true)
      }
    }
  }

  // MARK: - Single events

  private func authority(
    _ type: String, of cluster: String, kind: String = "cert_authority"
  ) -> [UInt8] {
    var metadata = WireWriter()
    metadata.string(1, cluster)
    var resource = WireWriter()
    resource.string(1, kind)
    resource.string(2, type)
    resource.string(3, "v2")
    resource.bytes(4, metadata.bytes)
    return resource.bytes
  }

  private func event(_ type: UInt64, _ field: Int, kind: String, sub: String) -> [UInt8] {
    var event = WireWriter()
    event.varint(1, type)
    event.bytes(field, authority(sub, of: "main", kind: kind))
    return event.bytes
  }

  @Test func eventsAreRead() throws {
    #expect(try AuthorityEvent([]) == .initialized)
    #expect(
      try AuthorityEvent(event(1, 3, kind: "cert_authority", sub: "host"))
        == .changed(type: "host", cluster: "main"))
    #expect(
      try AuthorityEvent(event(2, 2, kind: "cert_authority", sub: "db"))
        == .changed(type: "db", cluster: "main"))
    #expect(try AuthorityEvent(event(2, 2, kind: "role", sub: "")) == nil)
    #expect(try AuthorityEvent(event(1, 9, kind: "role", sub: "")) == nil)
    #expect(try AuthorityEvent(event(7, 3, kind: "cert_authority", sub: "host")) == nil)
    #expect(throws: WireError.self) { try AuthorityEvent([8]) }
  }

  @Test(arguments: [
    (AuthorityEvent.changed(type: "host", cluster: "main"), true),
    (.changed(type: "user", cluster: "main"), true), (.changed(type: "db", cluster: "main"), true),
    (.changed(type: "jwt", cluster: "main"), false), (.changed(type: "", cluster: "main"), false),
    (.changed(type: "host", cluster: "leaf"), false), (.initialized, false),
  ])
  func onlyTheOwnClustersAuthoritiesMatter(event: AuthorityEvent, matters: Bool) {
    #expect(event.concerns("main") == matters)
  }
}
