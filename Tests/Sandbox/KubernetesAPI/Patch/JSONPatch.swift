import Documents

/// RFC 6902: a list of operations that all take effect, or none.
struct JSONPatch: Sendable {
  struct Failure: Error {
    let message: String
  }

  /// What upstream answers whenever a patch cannot be applied, without saying why.
  static var rejected: APIStatus {
    var status = APIStatus(
      code: 422, reason: "Invalid",
      message: "the server rejected our request due to an error in our request")
    status.hasEmptyDetails = true
    return status
  }

  private enum Operation: Sendable {
    case add(JSONPointer, JSONValue)
    case remove(JSONPointer)
    case replace(JSONPointer, JSONValue)
    case move(from: JSONPointer, to: JSONPointer)
    case copy(from: JSONPointer, to: JSONPointer)
    case test(JSONPointer, JSONValue)
  }

  private let operations: [Operation]

  /// - Throws: 400 where this is no list, 422 where it is no patch.
  init(_ json: JSONValue) throws(APIStatus) {
    guard let list = json.array else {
      throw .badRequest("error decoding patch: a JSON patch is a list of operations")
    }
    do throws(Failure) {
      var operations: [Operation] = []
      for entry in list { operations.append(try Self.operation(entry)) }
      self.operations = operations
    } catch {
      throw Self.rejected
    }
  }

  func apply(to document: JSONValue) throws(Failure) -> JSONValue {
    var result = document
    for operation in operations { try Self.perform(operation, on: &result) }
    return result
  }

  private static func operation(_ json: JSONValue) throws(Failure) -> Operation {
    guard let name = json["op"]?.string else { throw Failure(message: "an operation lacks \"op\"") }
    let path = try pointer(json, "path")
    switch name {
    case "add": return .add(path, try value(json))
    case "remove": return .remove(path)
    case "replace": return .replace(path, try value(json))
    case "move": return .move(from: try pointer(json, "from"), to: path)
    case "copy": return .copy(from: try pointer(json, "from"), to: path)
    case "test": return .test(path, json["value"] ?? .null)
    default: throw Failure(message: "Unexpected kind: \(name)")
    }
  }

  private static func pointer(_ json: JSONValue, _ member: String) throws(Failure) -> JSONPointer {
    guard let text = json[member]?.string, let pointer = JSONPointer(text) else {
      throw Failure(message: "an operation lacks a valid \"\(member)\"")
    }
    return pointer
  }

  private static func value(_ json: JSONValue) throws(Failure) -> JSONValue {
    guard let value = json["value"] else {
      throw Failure(message: "an operation lacks \"value\"")
    }
    return value
  }

  private static func perform(
    _ operation: Operation, on document: inout JSONValue
  ) throws(Failure) {
    switch operation {
    case .add(let path, let value):
      try change(&document, at: path, named: "add") { $0.insert(value) }
    case .remove(let path):
      try change(&document, at: path, named: "remove") { $0.remove() }
    case .replace(let path, let value):
      try change(&document, at: path, named: "replace") { $0.replace(value) }
    case .copy(let from, let path):
      let value = try read(document, at: from, named: "copy")
      try change(&document, at: path, named: "copy") { $0.insert(value) }
    case .move(let from, let path):
      let value = try read(document, at: from, named: "move")
      try change(&document, at: from, named: "move") { $0.remove() }
      try change(&document, at: path, named: "move") { $0.insert(value) }
    case .test(let path, let expected):
      if (path.value(in: document) ?? .null) != expected {
        throw Failure(message: "testing value \(path) failed: test failed")
      }
    }
  }

  private static func read(
    _ document: JSONValue, at path: JSONPointer, named name: String
  ) throws(Failure) -> JSONValue {
    guard let value = path.value(in: document) else { throw missing(path, name) }
    return value
  }

  private static func change(
    _ document: inout JSONValue, at path: JSONPointer, named name: String,
    _ body: (inout JSONPointer.Place) -> Bool
  ) throws(Failure) {
    if !path.change(&document, body) { throw missing(path, name) }
  }

  private static func missing(_ path: JSONPointer, _ name: String) -> Failure {
    Failure(
      message: "\(name) operation does not apply: doc is missing path: \"\(path)\": "
        + "missing value")
  }
}
