import Documents
import Kubernetes
import Testing

@testable import controller

@Suite struct ResourceMirrorTests {
  private let kind: WatchedKind
  private let mirror = ResourceMirror()

  init() throws { kind = try WatchedKind.named("TeleportRole") }

  private func object(
    _ name: String = "a", uid: String = "uid-1", version: String = "1", generation: Int64 = 1,
    finalizers: [String] = [], status: JSONValue = .null
  ) throws -> KubernetesObject {
    try .custom(
      "TeleportRole", name, uid: uid, resourceVersion: version, generation: generation,
      finalizers: finalizers, status: status)
  }

  private func known(_ name: String = "a") -> KubernetesObject? {
    mirror.object(WorkKey(kind: "TeleportRole", namespace: "default", name: name))
  }

  private func names(_ keys: [WorkKey]) -> [String] { keys.map(\.name).sorted() }

  @Test func aListGivesWorkForEachObject() throws {
    _ = mirror.apply(.restarted, of: kind)
    let page = [try object("a"), try object("b", uid: "uid-2")]
    #expect(names(mirror.apply(.page(page.map(PackedObject.init)), of: kind)) == ["a", "b"])
    #expect(mirror.apply(.synced, of: kind).isEmpty)
    #expect(names(mirror.keys(of: kind)) == ["a", "b"])
    #expect(names(mirror.keys(of: kind, named: "b")) == ["b"])
    #expect(mirror.keys(of: try WatchedKind.named("TeleportUser")).isEmpty)
  }

  @Test func ownStatusPatchesAreNoWork() throws {
    _ = mirror.apply(.applied(PackedObject(try object())), of: kind)
    let reported = try object(version: "2", status: ["observedGeneration": 1])
    #expect(mirror.apply(.applied(PackedObject(reported)), of: kind).isEmpty)
    #expect(known()?.status == ["observedGeneration": 1])
  }

  @Test func whatPeopleChangeIsWork() throws {
    let base = try object()
    var changes: [KubernetesObject] = Array(repeating: base, count: 6)
    changes[0].metadata.generation = 2
    changes[1].metadata.deletionTimestamp = "2030-01-01T00:00:00Z"
    changes[2].metadata.labels = ["a": "b"]
    changes[3].metadata.annotations = ["teleport.dev/ignore": "true"]
    changes[4].metadata.finalizers = [OperatorName.finalizer]
    changes[5].metadata.declaredAPIVersion = "resources.teleport.dev/v6"
    for var change in changes {
      let mirror = ResourceMirror()
      _ = mirror.apply(.applied(PackedObject(base)), of: kind)
      change.metadata.resourceVersion = "2"
      #expect(names(mirror.apply(.applied(PackedObject(change)), of: kind)) == ["a"])
    }
  }

  @Test func olderEventsDoNotUndoOwnWrites() throws {
    _ = mirror.apply(.applied(PackedObject(try object(version: "1"))), of: kind)
    mirror.record(try object(version: "10", status: ["declaredHash": "d"]), of: kind)
    #expect(
      mirror.apply(.applied(PackedObject(try object(version: "9", generation: 2))), of: kind)
        .isEmpty)
    #expect(known()?.metadata.resourceVersion == "10")
    #expect(
      names(
        mirror.apply(.applied(PackedObject(try object(version: "11", generation: 2))), of: kind))
        == ["a"])
  }

  @Test func olderListsDoNotUndoOwnWritesButStillSayWhatIsGone() throws {
    _ = mirror.apply(
      .page([PackedObject(try object(version: "1")), PackedObject(try object("b", uid: "b"))]),
      of: kind)
    mirror.record(try object(version: "10", finalizers: [OperatorName.finalizer]), of: kind)
    _ = mirror.apply(.restarted, of: kind)
    #expect(mirror.apply(.page([PackedObject(try object(version: "9"))]), of: kind).isEmpty)
    _ = mirror.apply(.synced, of: kind)
    #expect(known()?.metadata.resourceVersion == "10")
    #expect(known("b") == nil)
  }

  @Test func aNewObjectOfTheSameNameIsNewWhateverItsVersion() throws {
    _ = mirror.apply(.applied(PackedObject(try object(version: "10"))), of: kind)
    let again = try object(uid: "uid-2", version: "9")
    #expect(names(mirror.apply(.applied(PackedObject(again)), of: kind)) == ["a"])
    #expect(known()?.metadata.uid == "uid-2")
  }

  @Test func anAnswerThatComesAfterTheDeletionBringsNothingBack() throws {
    let last = try object()
    _ = mirror.apply(.applied(PackedObject(last)), of: kind)
    _ = mirror.apply(.deleted(PackedObject(last)), of: kind)
    mirror.record(try object(version: "2"), of: kind)
    #expect(known() == nil)
    _ = mirror.apply(.applied(PackedObject(try object(uid: "uid-2", version: "3"))), of: kind)
    mirror.record(try object(version: "4"), of: kind)
    #expect(known()?.metadata.uid == "uid-2")
  }

  @Test func problemsNameTheKind() throws {
    mirror.note(.starting, of: kind)
    #expect(mirror.problems() == ["TeleportRole: not listed yet"])
    mirror.note(.live, of: kind)
    #expect(mirror.problems().isEmpty)
    mirror.note(.notServed, of: kind)
    #expect(mirror.problems().isEmpty)
    // One kind that is closed to us must not stop the others.
    mirror.note(.forbidden, of: kind)
    #expect(mirror.problems().isEmpty)
    #expect(mirror.feeds.map(\.state) == [.forbidden])
    mirror.note(.retrying(.unavailable), of: kind)
    #expect(mirror.problems().first?.contains("Kubernetes cannot be asked") == true)
  }

  @Test func namespacesAreListedApart() throws {
    let elsewhere = { (version: String) throws -> PackedObject in
      var object = try self.object("a", uid: "uid-9", version: version)
      object.metadata.namespace = "other"
      return PackedObject(object)
    }
    _ = mirror.apply(.page([PackedObject(try object())]), of: kind, in: "default")
    let work = mirror.apply(.page([try elsewhere("1")]), of: kind, in: "other")
    #expect(work == [WorkKey(kind: "TeleportRole", namespace: "other", name: "a")])
    #expect(mirror.count(of: kind) == 2)
    #expect(Set(mirror.keys(of: kind, named: "a").map(\.namespace)) == ["default", "other"])
    // A list of one namespace says nothing of the other.
    _ = mirror.apply(.restarted, of: kind, in: "other")
    _ = mirror.apply(.synced, of: kind, in: "other")
    #expect(mirror.keys(of: kind).map(\.namespace) == ["default"])
    var answer = try elsewhere("5").object
    mirror.record(answer, of: kind)
    #expect(mirror.count(of: kind) == 1)
    _ = mirror.apply(.applied(try elsewhere("6")), of: kind, in: "other")
    answer.metadata.resourceVersion = "7"
    mirror.record(answer, of: kind)
    #expect(mirror.object(work[0])?.metadata.resourceVersion == "7")
    mirror.note(.retrying(.unavailable), of: kind, in: "other")
    #expect(mirror.problems().first?.hasPrefix("TeleportRole in namespace other: ") == true)
  }

  /// That is what a watch with a selector says of an object whose labels do not match any more.
  @Test func anObjectThatIsNotSelectedAnyMoreIsNoWork() throws {
    _ = mirror.apply(.applied(PackedObject(try object())), of: kind)
    #expect(mirror.apply(.deleted(PackedObject(try object(version: "2"))), of: kind).isEmpty)
    #expect(known() == nil)
  }
}
