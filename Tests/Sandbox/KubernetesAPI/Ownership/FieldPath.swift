import Documents

/// The way to a field, in the element encoding of `fieldsV1`: `f:NAME`, `k:{KEYS}`, `v:VALUE`.
struct FieldPath: Hashable, Sendable, CustomStringConvertible {
  var elements: [String]

  init(_ elements: [String] = []) { self.elements = elements }

  func field(_ name: String) -> FieldPath { FieldPath(elements + ["f:" + name]) }

  /// The element of an associative list.
  func item(_ identity: JSONValue) -> FieldPath { FieldPath(elements + ["k:" + identity.jsonText]) }

  /// The element of a list that is a set.
  func member(_ value: JSONValue) -> FieldPath { FieldPath(elements + ["v:" + value.jsonText]) }

  var parent: FieldPath { FieldPath(Array(elements.dropLast())) }

  func hasPrefix(_ other: FieldPath) -> Bool { elements.starts(with: other.elements) }

  /// Upstream's order: at each level fields before what has fields of its own.
  static func precedes(_ first: FieldPath, _ second: FieldPath) -> Bool {
    for (depth, (left, right)) in zip(first.elements, second.elements).enumerated()
    where left != right {
      let ends = (depth == first.elements.count - 1, depth == second.elements.count - 1)
      return ends.0 == ends.1 ? left < right : ends.0
    }
    return first.elements.count < second.elements.count
  }

  /// As conflicts name it: `.spec.list[type="x"].field`.
  var description: String {
    elements.map { element in
      if let name = element.removingPrefix("f:") { return "." + name }
      if let text = element.removingPrefix("k:"),
        let keys = try? JSONValue(json: Array(text.utf8)).object
      {
        let parts = keys.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.jsonText)" }
        return "[\(parts.joined(separator: ","))]"
      }
      return "[=\(element.dropFirst(2))]"
    }.joined()
  }
}
