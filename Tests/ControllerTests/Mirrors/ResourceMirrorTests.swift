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
    #expect(names(mirror.apply(.page(page), of: kind)) == ["a", "b"])
    #expect(mirror.apply(.synced, of: kind).isEmpty)
    #expect(names(mirror.keys(of: kind)) == ["a", "b"])
    #expect(names(mirror.keys(of: kind, named: "b")) == ["b"])
    #expect(mirror.keys(of: try WatchedKind.named("TeleportUser")).isEmpty)
  }

  @Test func ownStatusPatchesAreNoWork() throws {
    _ = mirror.apply(.applied(try object()), of: kind)
    let reported = try object(version: "2", status: ["observedGeneration": 1])
    #expect(mirror.apply(.applied(reported), of: kind).isEmpty)
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
      _ = mirror.apply(.applied(base), of: kind)
      change.metadata.resourceVersion = "2"
      #expect(names(mirror.apply(.applied(change), of: kind)) == ["a"])
    }
  }

  @Test func olderEventsDoNotUndoOwnWrites() throws {
    _ = mirror.apply(.applied(try object(version: "1")), of: kind)
    mirror.record(try object(version: "10", status: ["declaredHash": "d"]), of: kind)
    #expect(mirror.apply(.applied(try object(version: "9", generation: 2)), of: kind).isEmpty)
    #expect(known()?.metadata.resourceVersion == "10")
    #expect(
      names(mirror.apply(.applied(try object(version: "11", generation: 2)), of: kind)) == ["a"])
  }

  @Test func olderListsDoNotUndoOwnWritesButStillSayWhatIsGone() throws {
    _ = mirror.apply(.page([try object(version: "1"), try object("b", uid: "b")]), of: kind)
    mirror.record(try object(version: "10", finalizers: [OperatorName.finalizer]), of: kind)
    _ = mirror.apply(.restarted, of: kind)
    #expect(mirror.apply(.page([try object(version: "9")]), of: kind).isEmpty)
    _ = mirror.apply(.synced, of: kind)
    #expect(known()?.metadata.resourceVersion == "10")
    #expect(known("b") == nil)
  }

  @Test func aNewObjectOfTheSameNameIsNewWhateverItsVersion() throws {
    _ = mirror.apply(.applied(try object(version: "10")), of: kind)
    let again = try object(uid: "uid-2", version: "9")
    #expect(names(mirror.apply(.applied(again), of: kind)) == ["a"])
    #expect(known()?.metadata.uid == "uid-2")
  }

  @Test func anAnswerThatComesAfterTheDeletionBringsNothingBack() throws {
    let last = try object()
    _ = mirror.apply(.applied(last), of: kind)
    _ = mirror.apply(.deleted(last), of: kind)
    mirror.record(try object(version: "2"), of: kind)
    #expect(known() == nil)
    _ = mirror.apply(.applied(try object(uid: "uid-2", version: "3")), of: kind)
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
    mirror.note(.forbidden, of: kind)
    #expect(mirror.problems() == ["TeleportRole: the service account may not list and watch it"])
    mirror.note(.retrying(.unavailable), of: kind)
    #expect(mirror.problems().first?.contains("Kubernetes cannot be asked") == true)
  }
}
