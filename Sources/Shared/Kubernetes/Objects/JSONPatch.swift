import Documents

/// A JSON patch (RFC 6902): steps that are all done, or none.
public struct JSONPatch: Hashable, Sendable {
  public var document: [JSONValue]

  public init() { document = [] }

  /// Refuses the whole patch unless the value at `path` is `value`. A missing value equals null.
  public func test(_ path: [String], is value: JSONValue) -> JSONPatch {
    adding(["op": "test", "path": pointer(path), "value": value])
  }

  public func add(_ path: [String], _ value: JSONValue) -> JSONPatch {
    adding(["op": "add", "path": pointer(path), "value": value])
  }

  public func replace(_ path: [String], with value: JSONValue) -> JSONPatch {
    adding(["op": "replace", "path": pointer(path), "value": value])
  }

  public func remove(_ path: [String]) -> JSONPatch {
    adding(["op": "remove", "path": pointer(path)])
  }

  private func adding(_ step: JSONValue) -> JSONPatch {
    var patch = self
    patch.document.append(step)
    return patch
  }

  private func pointer(_ path: [String]) -> JSONValue {
    .string(path.map { "/" + $0.escapedForPointer }.joined())
  }
}

extension String {
  /// As a step of a JSON pointer (RFC 6901): `~` is `~0` and `/` is `~1`.
  fileprivate var escapedForPointer: String {
    var escaped = ""
    for character in self {
      switch character {
      case "~": escaped += "~0"
      case "/": escaped += "~1"
      default: escaped.append(character)
      }
    }
    return escaped
  }
}
