import FoundationEssentials

extension JSONValue: Codable {
  public init(from decoder: any Decoder) throws {
    // Strings and objects come first: they are most of a resource, and each failed try costs an error.
    let single = try decoder.singleValueContainer()
    if single.decodeNil() {
      self = .null
    } else if let value = try? single.decode(String.self) {
      self = .string(value)
    } else if let value = try? single.decode([String: JSONValue].self) {
      self = .object(value)
    } else if let value = try? single.decode([JSONValue].self) {
      self = .array(value)
    } else if let value = try? single.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? single.decode(Int64.self) {
      self = .integer(value)
    } else {
      self = .number(try single.decode(Double.self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var single = encoder.singleValueContainer()
    switch self {
    case .null: try single.encodeNil()
    case .bool(let value): try single.encode(value)
    case .integer(let value): try single.encode(value)
    case .number(let value): try single.encode(value)
    case .string(let value): try single.encode(value)
    case .array(let value): try single.encode(value)
    case .object(let value): try single.encode(value)
    }
  }
}

extension JSONValue {
  /// Parses one JSON document.
  ///
  /// - Throws: `DocumentError` when the text is not JSON.
  public init(json: some Sequence<UInt8>) throws(DocumentError) {
    do {
      self = try JSONDecoder().decode(JSONValue.self, from: Data(json))
    } catch {
      throw DocumentError(.malformed, "the text is not valid JSON")
    }
  }

  /// Compact JSON with sorted keys: equal values give equal bytes.
  public var jsonBytes: [UInt8] { Array(jsonData(pretty: false)) }

  /// Compact JSON with sorted keys.
  public var jsonText: String { String(decoding: jsonData(pretty: false), as: UTF8.self) }

  /// Indented JSON with sorted keys, for people.
  public var prettyJSONText: String { String(decoding: jsonData(pretty: true), as: UTF8.self) }

  private func jsonData(pretty: Bool) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
    // Only a non-finite number makes JSONEncoder fail, and no parser here can produce one.
    return (try? encoder.encode(self)) ?? Data("null".utf8)
  }
}
