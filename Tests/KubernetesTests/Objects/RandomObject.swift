import Documents
import SandboxFaults

@testable import Kubernetes

extension KubernetesObject {
  /// An object as a server could hand it out, with everything that there can be in one.
  static func random(using dice: inout SeededGenerator) -> KubernetesObject {
    func text() -> String {
      let words = ["", "a", "teleport", "é😀", "with \"quotes\" and \\", "a/b", "\n", "{}", "x.y/z"]
      let number = Int.random(in: 0..<1000, using: &dice)
      return (words.randomElement(using: &dice) ?? "") + "\(number)"
    }
    func maybe<Value>(_ make: () -> Value) -> Value? {
      Bool.random(using: &dice) ? make() : nil
    }
    func some<Value>(_ make: () -> Value) -> [Value] {
      (0..<Int.random(in: 0..<4, using: &dice)).map { _ in make() }
    }
    func texts() -> [String: String] {
      Dictionary(some { (text(), text()) }) { first, _ in first }
    }
    func value(_ depth: Int) -> JSONValue {
      switch Int.random(in: 0..<(depth > 3 ? 5 : 7), using: &dice) {
      case 0: .null
      case 1: .bool(Bool.random(using: &dice))
      case 2: .integer(Int64.random(in: .min ... .max, using: &dice))
      case 3: .number(Double(Int.random(in: 0..<99, using: &dice)) + 0.5)
      case 4: .string(text())
      case 5: .array(some { value(depth + 1) })
      default: .object(Dictionary(some { (text(), value(depth + 1)) }) { first, _ in first })
      }
    }
    var metadata = ObjectMeta(
      name: text(), generateName: maybe(text), namespace: maybe(text), uid: text(),
      resourceVersion: text(), labels: texts(), annotations: texts(), finalizers: some(text),
      ownerReferences: some {
        OwnerReference(
          apiVersion: text(), kind: text(), name: text(), uid: text(), controller: maybe { true },
          blockOwnerDeletion: maybe { false })
      })
    metadata.generation = Int64.random(in: 0..<1000, using: &dice)
    metadata.creationTimestamp = maybe(text)
    metadata.deletionTimestamp = maybe(text)
    metadata.declaredAPIVersion = maybe(text)
    return KubernetesObject(
      apiVersion: text(), kind: text(), metadata: metadata, spec: value(0), status: value(0),
      body: Dictionary(some { (text(), value(1)) }) { first, _ in first })
  }
}
