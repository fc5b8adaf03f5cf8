import SandboxFaults
import Testing

@testable import Kubernetes

@Suite("object mirror")
struct ObjectMirrorTests {
  private func packed(
    _ name: String, in namespace: String = "ns", uid: String = "u1", version: String = "1"
  ) -> PackedObject {
    var object = KubernetesObject.sample(name, uid: uid, version: version)
    object.metadata.namespace = namespace
    return PackedObject(object)
  }

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
    _ = mirror.apply(.page([packed("a"), packed("b")]))
    _ = mirror.apply(.synced)
    return mirror
  }

  @Test func itIsSyncedAfterTheFirstWholeList() {
    var mirror = ObjectMirror()
    #expect(names(mirror.apply(.restarted)) == [])
    #expect(names(mirror.apply(.page([packed("a")]))) == ["+a@1"])
    #expect(!mirror.isSynced)
    #expect(names(mirror.apply(.page([packed("b")]))) == ["+b@1"])
    #expect(names(mirror.apply(.synced)) == [])
    #expect(mirror.isSynced)
  }

  @Test func anotherListTellsOnlyWhatChanged() {
    var mirror = filled()
    _ = mirror.apply(.restarted)
    #expect(
      names(mirror.apply(.page([packed("a", version: "2"), packed("c")]))) == ["~a@2", "+c@1"])
    // Until the list is complete nothing is missing.
    #expect(mirror[ObjectKey("b", namespace: "ns")] != nil)
    #expect(names(mirror.apply(.synced)) == ["-b@1"])
    #expect(mirror.count == 2)
  }

  @Test func aListThatBeganAgainCountsFromItsBeginning() {
    var mirror = filled()
    _ = mirror.apply(.restarted)
    _ = mirror.apply(.page([packed("a")]))
    _ = mirror.apply(.restarted)
    _ = mirror.apply(.page([packed("b")]))
    #expect(names(mirror.apply(.synced)) == ["-a@1"])
  }

  @Test func repeatedAndUnknownEventsChangeNothing() {
    var mirror = filled()
    #expect(names(mirror.apply(.applied(packed("a")))) == [])
    #expect(names(mirror.apply(.applied(packed("a", version: "5")))) == ["~a@5"])
    #expect(names(mirror.apply(.deleted(packed("a", version: "6")))) == ["-a@6"])
    #expect(names(mirror.apply(.deleted(packed("a", version: "6")))) == [])
  }

  @Test func anObjectInPlaceOfAnotherIsBothChanges() {
    var mirror = filled()
    let other = packed("a", uid: "u2", version: "9")
    #expect(names(mirror.apply(.applied(other))) == ["-a@1", "+a@9"])
  }

  @Test func objectsOfOneNameAreFoundInTheirNamespaces() {
    var mirror = filled()
    _ = mirror.apply(.applied(packed("a", in: "x", uid: "u2")))
    _ = mirror.apply(.applied(packed("a", in: "y", uid: "u3")))
    #expect(mirror.count == 4 && mirror.keys.count == 4)
    #expect(Set(mirror.keys(named: "a").map(\.namespace)) == ["ns", "x", "y"])
    #expect(mirror[ObjectKey("a", namespace: "x")]?.uid == "u2")
    #expect(
      names(mirror.apply(.applied(packed("a", in: "x", uid: "u2", version: "7")))) == ["~a@7"])
    #expect(names(mirror.apply(.deleted(packed("a", in: "x", uid: "u2")))) == ["-a@1"])
    #expect(mirror[ObjectKey("a", namespace: "x")] == nil)
    #expect(mirror[ObjectKey("a", namespace: "y")]?.uid == "u3")
    _ = mirror.apply(.deleted(packed("a", in: "y", uid: "u3")))
    #expect(mirror.keys(named: "a") == [ObjectKey("a", namespace: "ns")])
    _ = mirror.apply(.deleted(packed("a")))
    #expect(mirror.keys(named: "a").isEmpty && mirror.count == 1)
  }

  @Test func whatObjectsShareIsHeldOnce() {
    let mirror = filled()
    let a = mirror[ObjectKey("a", namespace: "ns")]
    let b = mirror[ObjectKey("b", namespace: "ns")]
    #expect(a?.origin === b?.origin && a != nil)
  }

  /// A mirror against the plain way of keeping objects: a dictionary.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func itKeepsWhatADictionaryWouldKeep(seed: UInt64) {
    var dice = SeededGenerator(seed: seed)
    var mirror = ObjectMirror()
    var known: [ObjectKey: String] = [:]
    for version in 0..<300 {
      let object = packed(
        ["a", "b", "c"].randomElement(using: &dice) ?? "",
        in: "\(Int.random(in: 0..<4, using: &dice))",
        version: "\(version)")
      if Bool.random(using: &dice) {
        _ = mirror.apply(.applied(object))
        known[object.key] = "\(version)"
      } else {
        let changes = mirror.apply(.deleted(object))
        #expect(changes.isEmpty == (known.removeValue(forKey: object.key) == nil))
      }
      #expect(mirror.count == known.count)
      #expect(Set(mirror.keys) == Set(known.keys))
      for (key, version) in known { #expect(mirror[key]?.resourceVersion == version) }
    }
  }
}
