import Documents

/// An object that was read from JSON, with its larger parts still to be made of the text.
struct ObjectReading {
  var apiVersion = ""
  var kind = ""
  var metadata = ObjectMeta()
  /// Where the other members stand in the text.
  var members: [(name: String, part: Range<Int>)] = []
}

extension ObjectReading {
  /// Reads the object that stands next.
  ///
  /// - Throws: `DocumentError`, which names the member that has a wrong type.
  init(_ reader: inout JSONReader) throws(DocumentError) {
    guard try reader.peek() == UInt8(ascii: "{") else {
      throw DocumentError(.malformed, "this is not a Kubernetes object")
    }
    try reader.beginObject()
    while let name = try reader.nextName() {
      switch name {
      case "apiVersion": apiVersion = try reader.string(of: "apiVersion") ?? ""
      case "kind": kind = try reader.string(of: "kind") ?? ""
      case "metadata": metadata = try ObjectMeta(&reader)
      default: members.append((name, try reader.skipValue()))
      }
    }
  }

  /// The object with all its values.
  func object(in text: [UInt8]) -> KubernetesObject {
    var object = KubernetesObject(apiVersion: apiVersion, kind: kind, metadata: metadata)
    for member in members {
      let value = JSONValue(checked: text, member.part)
      switch member.name {
      case "spec": object.spec = value
      case "status": object.status = value
      default: object.body[member.name] = value
      }
    }
    return object
  }
}

extension JSONValue {
  /// A part of a text that a reader has passed over; null where it is empty.
  init(checked text: [UInt8], _ part: Range<Int>) {
    var reader = JSONReader(validated: text, part)
    // What was passed over is well-formed.
    self = part.isEmpty ? .null : (try? reader.value()) ?? .null
  }
}
