import Documents
import SandboxFaults
import Testing

@testable import Kubernetes

@Suite("packed objects")
struct PackedObjectTests {
  @Test(arguments: 0..<300 as Range<UInt64>)
  func nothingIsLost(seed: UInt64) throws {
    var dice = SeededGenerator(seed: seed)
    let object = KubernetesObject.random(using: &dice)
    let packed = PackedObject(object)
    #expect(packed.object == object)
    #expect(packed.metadata == object.metadata)
    #expect(packed.key == object.key)
    #expect(packed.name == object.metadata.name && packed.uid == object.metadata.uid)
    #expect(packed.spec == object.spec && packed.status == object.status)
    // Through JSON only what it does not carry is missing.
    var read = object
    read.metadata.declaredAPIVersion = nil
    let text = object.document.jsonBytes
    #expect(try PackedObject(json: text).object == read)
    #expect(try KubernetesObject(json: text) == read)
    #expect(packed.size <= text.count + 200)
  }

  private func answer(_ specBytes: Int, _ statusBytes: Int) -> [UInt8] {
    let spec: JSONValue = ["text": .string(String(repeating: "s", count: specBytes - 11))]
    let status: JSONValue = ["text": .string(String(repeating: "t", count: statusBytes - 11))]
    let owned: JSONValue = [
      "f:spec": .object(
        Dictionary(
          uniqueKeysWithValues: (0..<100).map {
            ("f:field-number-\($0)", ["f:x": [:]] as JSONValue)
          }))
    ]
    let manifest: JSONValue = ["apiVersion": "example.test/v1", "spec": spec]
    let object: JSONValue = [
      "apiVersion": "example.test/v2", "kind": "Widget", "spec": spec, "status": status,
      "metadata": [
        "name": "a-name-of-a-usual-length", "namespace": "teleport",
        "uid": "7f3c0b6e-1d2a-4c3b-8e9f-0123456789ab", "resourceVersion": "123456789",
        "generation": 3, "creationTimestamp": "2026-01-02T03:04:05Z",
        "finalizers": ["resources.teleport.dev/deletion"],
        "annotations": [
          "kubectl.kubernetes.io/last-applied-configuration": .string(manifest.jsonText)
        ],
        "managedFields": [
          [
            "apiVersion": "example.test/v1", "operation": "Update", "time": "2026-01-02T03:04:05Z",
            "fieldsV1": owned, "manager": "kubectl",
          ]
        ],
      ],
    ]
    return object.jsonBytes
  }

  /// What the server's answer carries besides spec and status takes no more than 250 bytes in memory.
  @Test(arguments: [(100, 100), (2048, 1200), (20_000, 3000)])
  func itTakesLittleMoreThanSpecAndStatus(spec: Int, status: Int) throws {
    let packed = try PackedObject(json: answer(spec, status))
    #expect(packed.size <= spec + status + 250)
    #expect(packed.metadata.annotations.isEmpty)
    #expect(packed.metadata.declaredAPIVersion == "example.test/v1")
  }

  @Test func aMirrorOfThousandsHoldsNoMore() async throws {
    var mirror = ObjectMirror()
    for index in 0..<2000 {
      var object = try KubernetesObject(json: answer(2048, 1200))
      object.metadata.name += "-\(index)"
      _ = mirror.apply(.page([PackedObject(object)]))
      await Task.yield()
    }
    #expect(mirror.count == 2000)
    #expect(mirror.size <= 2000 * 3584)
  }

  @Test func whatManyObjectsSayIsHeldOnce() throws {
    // Nobody else's texts, so that the first ones are the first.
    let run = UInt64.random(in: 0..<UInt64.max)
    var sizes: [Int] = []
    for index in 0..<100 {
      let conditions = ["Ready", "SuccessfullyReconciled", "ValidStructure"].map {
        [
          "type": .string($0), "status": "True", "reason": "InSync", "observedGeneration": 3,
          "message": .string(
            "Teleport has what this declares, and that is said of \($0) in \(run)"),
          "lastTransitionTime": .string("2026-01-02T03:04:\(10 + index % 50)Z"),
        ] as JSONValue
      }
      var object = try KubernetesObject(json: answer(100, 100))
      object.metadata.uid = "uid-\(index)"
      object.metadata.name = "widget-\(index)"
      object.metadata.annotations = [:]
      object.status = ["conditions": .array(conditions)]
      let packed = PackedObject(object)
      #expect(packed.object == object)
      sizes.append(packed.size - object.status.jsonBytes.count)
    }
    // The first ones have it all; of the later ones only times and the text of the spec are their own, and now and then a
    // text whose place in the table another one takes.
    #expect(sizes[99] < sizes[0] - 150)
  }

  @Test func aPackedObjectStaysReadableWhileOthersArePackedAtTheSameTime() async throws {
    await withTaskGroup(of: Bool.self) { group in
      for seed in 0..<8 as Range<UInt64> {
        group.addTask {
          var dice = SeededGenerator(seed: seed)
          let objects = (0..<50).map { _ in KubernetesObject.random(using: &dice) }
          let packed = objects.map { PackedObject($0) }
          return zip(objects, packed).allSatisfy { $1.object == $0 }
        }
      }
      for await isSame in group { #expect(isSame) }
    }
  }

  @Test func ownStatusPatchesAreToldFromOtherChanges() throws {
    var object = KubernetesObject.sample("a", version: "1", finalizers: ["f"])
    let packed = PackedObject(object)
    object.metadata.resourceVersion = "2"
    object.status = ["observedGeneration": 1]
    #expect(PackedObject(object).differsOnlyInStatus(from: packed))
    #expect(PackedObject(object).isSame(as: packed) && !PackedObject(object).isVersion(of: packed))
    let changes: [(inout KubernetesObject) -> Void] = [
      { $0.metadata.generation = 2 }, { $0.metadata.deletionTimestamp = "2026-01-02T03:04:05Z" },
      { $0.metadata.labels = ["a": "b"] }, { $0.metadata.annotations = ["a": "b"] },
      { $0.metadata.finalizers = [] }, { $0.metadata.declaredAPIVersion = "example.test/v2" },
      { $0.metadata.uid = "other" }, { $0.apiVersion = "example.test/v2" },
    ]
    for change in changes {
      var other = object
      change(&other)
      #expect(!PackedObject(other).differsOnlyInStatus(from: packed))
    }
  }
}
