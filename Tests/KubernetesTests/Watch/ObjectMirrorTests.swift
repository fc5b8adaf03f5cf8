import Testing

@testable import Kubernetes

@Suite("object mirror")
struct ObjectMirrorTests {
  private func names(_ changes: [ObjectMirror.Change]) -> [String] {
    changes.map {
      switch $0 {
      case .applied(let object, let previous):
        "\(previous == nil ? "+" : "~")\(object.metadata.name)@\(object.metadata.resourceVersion)"
      case .deleted(let last): "-\(last.metadata.name)@\(last.metadata.resourceVersion)"
      }
    }
  }

  private func filled() -> ObjectMirror {
    var mirror = ObjectMirror()
    _ = mirror.apply(.restarted)
    _ = mirror.apply(.page([.sample("a"), .sample("b")]))
    _ = mirror.apply(.synced)
    return mirror
  }

  @Test func itIsSyncedAfterTheFirstWholeList() {
    var mirror = ObjectMirror()
    #expect(names(mirror.apply(.restarted)) == [])
    #expect(names(mirror.apply(.page([.sample("a")]))) == ["+a@1"])
    #expect(!mirror.isSynced)
    #expect(names(mirror.apply(.page([.sample("b")]))) == ["+b@1"])
    #expect(names(mirror.apply(.synced)) == [])
    #expect(mirror.isSynced)
  }

  @Test func anotherListTellsOnlyWhatChanged() {
    var mirror = filled()
    _ = mirror.apply(.restarted)
    #expect(
      names(mirror.apply(.page([.sample("a", version: "2"), .sample("c")]))) == ["~a@2", "+c@1"])
    // Until the list is complete nothing is missing.
    #expect(mirror[ObjectKey("b", namespace: "ns")] != nil)
    #expect(names(mirror.apply(.synced)) == ["-b@1"])
    #expect(mirror.objects.count == 2)
  }

  @Test func aListThatBeganAgainCountsFromItsBeginning() {
    var mirror = filled()
    _ = mirror.apply(.restarted)
    _ = mirror.apply(.page([.sample("a")]))
    _ = mirror.apply(.restarted)
    _ = mirror.apply(.page([.sample("b")]))
    #expect(names(mirror.apply(.synced)) == ["-a@1"])
  }

  @Test func repeatedAndUnknownEventsChangeNothing() {
    var mirror = filled()
    #expect(names(mirror.apply(.applied(.sample("a")))) == [])
    #expect(names(mirror.apply(.applied(.sample("a", version: "5")))) == ["~a@5"])
    #expect(names(mirror.apply(.deleted(.sample("a", version: "6")))) == ["-a@6"])
    #expect(names(mirror.apply(.deleted(.sample("a", version: "6")))) == [])
  }

  @Test func anObjectInPlaceOfAnotherIsBothChanges() {
    var mirror = filled()
    let other = KubernetesObject.sample("a", uid: "u2", version: "9")
    #expect(names(mirror.apply(.applied(other))) == ["-a@1", "+a@9"])
  }
}
