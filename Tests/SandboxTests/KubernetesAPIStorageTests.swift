import Documents
import Testing

@testable import KubernetesSandbox

/// Lists, paging, watches, and what tests do to them.
@Suite struct KubernetesAPIStorageTests {
  private let filter = ObjectFilter(namespace: "default")

  private func names(_ page: ListPage) -> [String] { page.objects.map(\.value.name) }

  private func page(
    _ storage: Storage, _ limit: Int, after token: ContinueToken? = nil
  ) async throws -> ListPage {
    let moment = token.map { ListRequest.Moment.continuing($0) } ?? .latest
    return try await storage.list(
      ListRequest(filter: filter, limit: limit, moment: moment), of: Storage.widgets)
  }

  @Test func pagesShowOneMoment() async throws {
    let storage = try await Widgets.storage()
    for name in ["a", "b", "c", "d", "e"] { _ = try await storage.create(name) }
    let first = try await page(storage, 2)
    #expect(names(first) == ["a", "b"])
    #expect(first.remaining == 3)
    _ = try await storage.delete("d")
    _ = try await storage.create("bb")
    let token = try ContinueToken(try #require(first.continuation).text)
    let second = try await page(storage, 2, after: token)
    #expect(names(second) == ["c", "d"])
    #expect(second.revision == first.revision)
    let third = try await page(storage, 2, after: second.continuation)
    #expect(names(third) == ["e"])
    #expect(third.continuation == nil)
    #expect(names(try await page(storage, 0)) == ["a", "b", "bb", "c", "e"])
  }

  @Test func compactedPagesExpireButMayGoOn() async throws {
    let storage = try await Widgets.storage()
    for name in ["a", "b", "c"] { _ = try await storage.create(name) }
    let first = try await page(storage, 1)
    _ = try await storage.create("d")
    await storage.compact()
    let expired = await failure { try await page(storage, 1, after: first.continuation) }
    #expect(expired?.code == 410)
    #expect(expired?.reason == "Expired")
    let rest = try ContinueToken(try #require(expired?.continuation))
    #expect(names(try await page(storage, 0, after: rest)) == ["b", "c", "d"])
  }

  @Test func selectorsSelect() async throws {
    let storage = try await Widgets.storage()
    _ = try await storage.create("a", metadata: ["labels": ["env": "dev", "x": "1"]])
    _ = try await storage.create("b", metadata: ["labels": ["env": "prod"]])
    _ = try await storage.create("c")
    func selected(_ text: String) async throws -> [String] {
      var filter = filter
      filter.labels = try LabelSelector(text)
      return names(try await storage.list(ListRequest(filter: filter), of: Storage.widgets))
    }
    #expect(try await selected("env=dev") == ["a"])
    #expect(try await selected("env!=dev") == ["b", "c"])
    #expect(try await selected("env in (dev, prod),!x") == ["b"])
    #expect(try await selected("env notin (dev)") == ["b", "c"])
    #expect(try await selected("x") == ["a"])
    #expect(throws: APIStatus.self) { try LabelSelector("a b") }
  }

  private func open(
    _ storage: Storage, after: Int64?, labels: String = ""
  ) async throws -> WatchOpening {
    var filter = filter
    filter.labels = try LabelSelector(labels)
    return try await storage.openWatch(of: Storage.widgets, filter: filter, after: after)
  }

  private func seen(_ storage: Storage, _ watch: WatchOpening) async throws -> [String] {
    try await storage.drain(watch.id).events.map { "\($0.kind.rawValue) \($0.object.value.name)" }
  }

  @Test func watchesTellWhatHappens() async throws {
    let storage = try await Widgets.storage()
    _ = try await storage.create("a")
    let fromNow = try await open(storage, after: await storage.revision)
    let fromStart = try await open(storage, after: nil)
    #expect(fromStart.initial.map(\.value.name) == ["a"])
    _ = try await storage.create("b")
    _ = try await storage.widget("a", .mergePatch(["spec": ["size": 4]]))
    _ = try await storage.widget("a", .mergePatch(["spec": ["size": 4]]))
    _ = try await storage.delete("b")
    let expected = ["ADDED b", "MODIFIED a", "DELETED b"]
    #expect(try await seen(storage, fromNow) == expected)
    #expect(try await seen(storage, fromStart) == expected)
    #expect(try await seen(storage, fromNow) == [])
  }

  @Test func deletionsCarryTheirOwnRevision() async throws {
    let storage = try await Widgets.storage()
    _ = try await storage.create("a")
    let watch = try await open(storage, after: await storage.revision)
    _ = try await storage.delete("a")
    let event = try #require(try await storage.drain(watch.id).events.first)
    #expect(event.object.revision == (await storage.revision))
    #expect(
      event.object.value[["metadata", "resourceVersion"]]
        == .string(String(await storage.revision)))
  }

  @Test func leavingASelectionLooksLikeDeletion() async throws {
    let storage = try await Widgets.storage()
    let watch = try await open(storage, after: await storage.revision, labels: "x=y")
    _ = try await storage.create("a")
    func label(_ value: JSONValue) async throws {
      _ = try await storage.widget("a", .mergePatch(["metadata": ["labels": ["x": value]]]))
    }
    try await label("y")
    try await label("z")
    try await label("z2")
    try await label("y")
    #expect(try await seen(storage, watch) == ["ADDED a", "DELETED a", "ADDED a"])
  }

  @Test func forgottenRevisionsAreTooOld() async throws {
    let storage = try await Widgets.storage(historyCapacity: 2)
    let start = await storage.revision
    for name in ["a", "b", "c"] { _ = try await storage.create(name) }
    let status = await failure { try await open(storage, after: start) }
    #expect(status?.code == 410)
    #expect(status?.message.hasPrefix("too old resource version: ") == true)
    let held = try await open(storage, after: await storage.revision)
    await storage.hold(Storage.widgets)
    _ = try await storage.create("d")
    await storage.compact()
    await storage.release(Storage.widgets, collapsing: false)
    #expect(await failure { try await seen(storage, held) }?.code == 410)
  }

  @Test func heldWatchersSeeNothingUntilReleased() async throws {
    let storage = try await Widgets.storage()
    let watch = try await open(storage, after: await storage.revision)
    await storage.hold(Storage.widgets)
    _ = try await storage.create("a")
    _ = try await storage.delete("a")
    #expect(try await seen(storage, watch) == [])
    let stale = try await storage.list(
      ListRequest(filter: filter, moment: .cached), of: Storage.widgets)
    #expect(stale.objects.isEmpty)
    await storage.release(Storage.widgets, collapsing: false)
    #expect(try await seen(storage, watch) == ["ADDED a", "DELETED a"])
  }

  @Test func collapsingShowsTheNetEffectOnly() async throws {
    let storage = try await Widgets.storage()
    let before = try await storage.create("again")
    _ = try await storage.create("old")
    let watch = try await open(storage, after: await storage.revision)
    await storage.hold(Storage.widgets)
    _ = try await storage.create("fleeting")
    _ = try await storage.delete("fleeting")
    _ = try await storage.delete("again")
    let after = try await storage.create("again")
    _ = try await storage.widget("old", .mergePatch(["spec": ["size": 4]]))
    _ = try await storage.delete("old")
    await storage.release(Storage.widgets, collapsing: true)
    #expect(try await seen(storage, watch) == ["MODIFIED again", "DELETED old"])
    #expect(before[["metadata", "uid"]] != after[["metadata", "uid"]])
    _ = try await storage.create("next")
    #expect(try await seen(storage, watch) == ["ADDED next"])
  }

  @Test func replayShowsThePastOnceMore() async throws {
    let storage = try await Widgets.storage()
    let start = await storage.revision
    let watch = try await open(storage, after: start)
    _ = try await storage.create("a")
    _ = try await storage.delete("a")
    #expect(try await seen(storage, watch) == ["ADDED a", "DELETED a"])
    await storage.replay(Storage.widgets, after: start)
    #expect(try await seen(storage, watch) == ["ADDED a", "DELETED a"])
  }

  @Test func namespacesTakeTheirContentsAlong() async throws {
    let storage = try await Widgets.storage()
    _ = try await storage.create("a")
    _ = try await storage.create("kept", metadata: ["finalizers": ["x.y/z"]])
    let key = ObjectKey(namespace: "", name: "default")
    _ = try await storage.delete(key, of: BuiltIns.namespaces, DeletionRequest())
    let left = try await storage.list(ListRequest(), of: Storage.widgets)
    #expect(names(left) == ["kept"])
    #expect(
      await storage.object(key, of: .namespaces)?.value[["status", "phase"]] == "Terminating")
    let refused = await failure { try await storage.create("new") }
    #expect(refused?.code == 403)
    _ = try await storage.widget("kept", .mergePatch(["metadata": ["finalizers": .null]]))
    #expect(await storage.object(key, of: .namespaces) == nil)
  }

  @Test func definitionsTakeTheirObjectsAlong() async throws {
    let storage = try await Widgets.storage()
    _ = try await storage.create("kept", metadata: ["finalizers": ["x.y/z"]])
    let key = ObjectKey(namespace: "", name: "widgets.example.com")
    _ = try await storage.delete(
      key, of: BuiltIns.customResourceDefinitions, DeletionRequest())
    #expect(await storage.object(key, of: .customResourceDefinitions)?.value.isBeingDeleted == true)
    #expect(await failure { try await storage.create("new") }?.code == 403)
    _ = try await storage.widget("kept", .mergePatch(["metadata": ["finalizers": .null]]))
    #expect(await storage.object(key, of: .customResourceDefinitions) == nil)
    #expect(await storage.catalog[Storage.widgets] == nil)
  }
}
