import TeleportSchema
import Testing

@testable import controller

@Suite(.timeLimit(.minutes(1))) struct TeleportMirrorTests {
  private func role(_ revision: String?) throws -> LiveResource {
    try LiveResource(
      wire("role", "a", version: "v5", revision: revision, spec: ["allow": [:]]),
      try #require(ResourceSchema.named("role")))
  }

  private func synced(_ list: [String: LiveResource] = [:]) -> TeleportMirror {
    let mirror = TeleportMirror()
    mirror.beginSync()
    mirror.replace(kind: "role", with: list, events: [:])
    return mirror
  }

  private func entry(_ mirror: TeleportMirror, _ name: String = "a") -> TeleportMirror.Entry {
    mirror.entry(kind: "role", name: name)
  }

  @Test func nothingIsKnownUntilItWasListed() throws {
    let mirror = TeleportMirror()
    mirror.beginSync()
    mirror.record(kind: "role", name: "a", try role("1"))
    #expect(entry(mirror) == .unknown)
    mirror.replace(kind: "role", with: ["a": try role("1")], events: [:])
    #expect(entry(mirror) == .present(try role("1")))
    #expect(entry(mirror, "b") == .absent)
    #expect(mirror.entry(kind: "user", name: "a") == .unknown)
    #expect(mirror.syncedKinds == ["role"])
  }

  @Test func eventsDuringTheListWinOverIt() throws {
    let mirror = TeleportMirror()
    mirror.beginSync()
    mirror.replace(
      kind: "role",
      with: ["changed": try role("1"), "deleted": try role("1"), "same": try role("1")],
      events: ["changed": try role("2"), "deleted": nil, "new": try role("3")])
    #expect(entry(mirror, "changed") == .present(try role("2")))
    #expect(entry(mirror, "deleted") == .absent)
    #expect(entry(mirror, "new") == .present(try role("3")))
    #expect(entry(mirror, "same") == .present(try role("1")))
  }

  @Test func afterAGapNothingIsKnown() throws {
    let mirror = synced(["a": try role("1")])
    mirror.loseSync()
    #expect(entry(mirror) == .unknown)
    mirror.beginSync()
    mirror.replace(kind: "role", with: [:], events: [:])
    #expect(entry(mirror) == .absent)
  }

  @Test func aDoubtfulEntryIsAskedForUntilAnEventTells() throws {
    let mirror = synced(["a": try role("1"), "b": try role("1")])
    mirror.forget(kind: "role", name: "a")
    #expect(entry(mirror) == .unknown)
    #expect(entry(mirror, "b") == .present(try role("1")))
    mirror.record(kind: "role", name: "a", try role("2"))
    #expect(entry(mirror) == .present(try role("2")))
  }

  @Test func waitingEndsWhenEverythingIsInSync() async throws {
    let mirror = TeleportMirror()
    async let waiting: Void = mirror.waitForSync(of: ["role", "user"])
    mirror.replace(kind: "role", with: [:], events: [:])
    mirror.replace(kind: "user", with: [:], events: [:])
    await waiting
    #expect(mirror.syncedKinds == ["role", "user"])
    // What cannot be listed until somebody does something about it is not waited for.
    mirror.fail(kind: "token", .permissionDenied)
    await mirror.waitForSync(of: ["role", "token"])
    // At once where it is already, and where nobody wants to know any more.
    await mirror.waitForSync(of: ["role"])
    let cancelled = Task { await mirror.waitForSync(of: ["never"]) }
    cancelled.cancel()
    await cancelled.value
  }

  @Test func oneKindMayFailAlone() throws {
    let mirror = synced(["a": try role("1")])
    mirror.replace(kind: "user", with: [:], events: [:])
    #expect(mirror.count(of: "role") == 1)
    mirror.fail(kind: "role", .permissionDenied)
    #expect(entry(mirror) == .unknown)
    #expect(mirror.count(of: "role") == nil)
    #expect(mirror.entry(kind: "user", name: "a") == .absent)
    #expect(mirror.standings == ["role": .failing(.permissionDenied), "user": .inSync])
    mirror.replace(kind: "role", with: ["a": try role("2")], events: [:])
    #expect(entry(mirror) == .present(try role("2")))
    mirror.loseSync(kind: "user")
    #expect(mirror.entry(kind: "user", name: "a") == .unknown)
    #expect(mirror.syncedKinds == ["role"])
  }

  // MARK: - What a list changes

  @Test func theFirstListIsNews() throws {
    let mirror = TeleportMirror()
    #expect(mirror.replace(kind: "role", with: ["a": try role("1")], events: [:]) == nil)
    #expect(mirror.replace(kind: "role", with: ["a": try role("1")], events: [:]) == [])
  }

  @Test func afterAGapOnlyDifferencesAreNews() throws {
    let mirror = synced(["same": try role("1"), "changed": try role("1"), "gone": try role("1")])
    mirror.loseSync()
    mirror.beginSync()
    mirror.willList(kind: "role")
    // Told during the list, and not heard by anybody yet.
    mirror.record(kind: "role", name: "told", try role("5"))
    let changes = mirror.replace(
      kind: "role",
      with: ["same": try role("1"), "changed": try role("2"), "new": try role("3")],
      events: ["told": try role("5")])
    #expect(changes == ["changed", "gone", "new", "told"])
  }

  @Test func whatWasDoubtfulIsNewsOnceItIsKnown() throws {
    let mirror = synced(["a": try role("1")])
    mirror.forget(kind: "role", name: "a")
    mirror.willList(kind: "role")
    #expect(mirror.replace(kind: "role", with: ["a": try role("1")], events: [:]) == ["a"])
    #expect(entry(mirror) == .present(try role("1")))
  }

  @Test func aListDoesNotEndADoubtThatIsYounger() throws {
    let mirror = synced(["a": try role("1"), "b": try role("1")])
    mirror.willList(kind: "role")
    mirror.forget(kind: "role", name: "a")
    mirror.forget(kind: "role", name: "b")
    mirror.record(kind: "role", name: "b", try role("2"))
    mirror.replace(
      kind: "role", with: ["a": try role("1"), "b": try role("1")], events: ["b": try role("2")])
    #expect(entry(mirror) == .unknown)
    #expect(entry(mirror, "b") == .present(try role("2")))
  }

  // MARK: - Own writes

  @Test func ownWritesAreKnownAtOnceAndOlderEventsDoNotUndoThem() throws {
    let mirror = synced(["a": try role("1")])
    mirror.wrote(kind: "role", name: "a", try role("3"))
    mirror.record(kind: "role", name: "a", try role("2"))
    #expect(entry(mirror) == .present(try role("3")))
    mirror.record(kind: "role", name: "a", try role("3"))
    // From here on events are news again.
    mirror.record(kind: "role", name: "a", try role("4"))
    #expect(entry(mirror) == .present(try role("4")))
  }

  @Test func anEventThatComesBeforeTheAnswerIsTheWrites() throws {
    let mirror = synced(["a": try role("1")])
    mirror.willWrite(kind: "role", name: "a")
    mirror.record(kind: "role", name: "a", try role("2"))
    mirror.wrote(kind: "role", name: "a", try role("2"))
    mirror.endWrite(kind: "role", name: "a")
    mirror.record(kind: "role", name: "a", try role("3"))
    #expect(entry(mirror) == .present(try role("3")))
  }

  @Test func whatFollowsTheWriteBeforeItsAnswerStands() throws {
    let mirror = synced(["a": try role("1")])
    mirror.willWrite(kind: "role", name: "a")
    for revision in ["2", "3"] { mirror.record(kind: "role", name: "a", try role(revision)) }
    mirror.wrote(kind: "role", name: "a", try role("2"))
    mirror.endWrite(kind: "role", name: "a")
    #expect(entry(mirror) == .present(try role("3")))
    mirror.willWrite(kind: "role", name: "a")
    mirror.record(kind: "role", name: "a", nil)
    mirror.record(kind: "role", name: "a", try role("4"))
    mirror.wrote(kind: "role", name: "a", nil)
    mirror.endWrite(kind: "role", name: "a")
    #expect(entry(mirror) == .present(try role("4")))
  }

  @Test func twoOwnWritesInARowWaitForTheSecond() throws {
    let mirror = synced()
    mirror.wrote(kind: "role", name: "a", try role("1"))
    mirror.wrote(kind: "role", name: "a", try role("2"))
    mirror.record(kind: "role", name: "a", try role("1"))
    #expect(entry(mirror) == .present(try role("2")))
    mirror.record(kind: "role", name: "a", try role("2"))
    mirror.record(kind: "role", name: "a", nil)
    #expect(entry(mirror) == .absent)
  }

  @Test func anOwnDeletionOutlivesOlderEvents() throws {
    let mirror = synced(["a": try role("1")])
    mirror.wrote(kind: "role", name: "a", nil)
    mirror.record(kind: "role", name: "a", try role("1"))
    #expect(entry(mirror) == .absent)
    mirror.record(kind: "role", name: "a", nil)
    mirror.record(kind: "role", name: "a", try role("2"))
    #expect(entry(mirror) == .present(try role("2")))
  }

  @Test func aListThatIsOlderThanAnOwnWriteDoesNotUndoIt() throws {
    let mirror = TeleportMirror()
    mirror.beginSync()
    mirror.wrote(kind: "role", name: "a", try role("2"))
    mirror.wrote(kind: "role", name: "gone", nil)
    mirror.replace(
      kind: "role", with: ["a": try role("1"), "gone": try role("1")], events: [:])
    #expect(entry(mirror) == .present(try role("2")))
    #expect(entry(mirror, "gone") == .absent)
  }

  @Test func beforeTheStreamIsOpenTheListIsRight() throws {
    let mirror = TeleportMirror()
    mirror.wrote(kind: "role", name: "a", try role("1"))
    mirror.beginSync()
    // No event will come of that write: somebody else's later one is on the list.
    mirror.replace(kind: "role", with: ["a": try role("2")], events: [:])
    #expect(entry(mirror) == .present(try role("2")))
    mirror.record(kind: "role", name: "a", try role("3"))
    #expect(entry(mirror) == .present(try role("3")))
  }

  @Test func withoutARevisionEventsAreTaken() throws {
    let mirror = synced()
    mirror.wrote(kind: "role", name: "a", try role(nil))
    mirror.record(kind: "role", name: "a", try role("1"))
    #expect(entry(mirror) == .present(try role("1")))
  }

  /// A read may be older than the write, until the event has come.
  @Test func whatWasWrittenIsKeptUntilReadsHaveIt() throws {
    let mirror = synced(["a": try role("1")])
    #expect(mirror.ownWrite(kind: "role", name: "a") == nil)
    mirror.wrote(kind: "role", name: "a", try role("2"), bytes: [1, 2])
    #expect(mirror.ownWrite(kind: "role", name: "a") == [1, 2])
    mirror.record(kind: "role", name: "a", try role("1"))
    #expect(mirror.ownWrite(kind: "role", name: "a") == [1, 2])
    mirror.record(kind: "role", name: "a", try role("2"))
    #expect(mirror.ownWrite(kind: "role", name: "a") == nil)
  }

  @Test func distrustEndsTheWaitForAnOwnWrite() throws {
    let mirror = synced()
    mirror.wrote(kind: "role", name: "a", try role("1"))
    mirror.forget(kind: "role", name: "a")
    mirror.record(kind: "role", name: "a", try role("2"))
    #expect(entry(mirror) == .present(try role("2")))
  }
}
