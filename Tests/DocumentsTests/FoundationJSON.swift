import Documents
import FoundationEssentials

/// Foundation's JSON, the judge of ours.
struct FoundationJSON: Codable {
  let value: JSONValue

  init(_ value: JSONValue) { self.value = value }

  init?(_ text: some Sequence<UInt8>) {
    guard let read = try? JSONDecoder().decode(Self.self, from: Data(text)) else { return nil }
    self = read
  }

  init(from decoder: any Decoder) throws {
    let single = try decoder.singleValueContainer()
    if single.decodeNil() {
      value = .null
    } else if let text = try? single.decode(String.self) {
      value = .string(text)
    } else if let members = try? single.decode([String: FoundationJSON].self) {
      value = .object(members.mapValues(\.value))
    } else if let elements = try? single.decode([FoundationJSON].self) {
      value = .array(elements.map(\.value))
    } else if let bool = try? single.decode(Bool.self) {
      value = .bool(bool)
    } else if let integer = try? single.decode(Int64.self) {
      value = .integer(integer)
    } else {
      value = .number(try single.decode(Double.self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var single = encoder.singleValueContainer()
    switch value {
    case .null: try single.encodeNil()
    case .bool(let bool): try single.encode(bool)
    case .integer(let integer): try single.encode(integer)
    case .number(let number): try single.encode(number)
    case .string(let text): try single.encode(text)
    case .array(let elements): try single.encode(elements.map(FoundationJSON.init))
    case .object(let members): try single.encode(members.mapValues(FoundationJSON.init))
    }
  }

  func text(pretty: Bool) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}
