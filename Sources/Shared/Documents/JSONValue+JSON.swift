extension JSONValue {
  /// Parses one JSON document (RFC 8259, UTF-8).
  ///
  /// Whole numbers that 64 bits hold are integers, however they are written. Of two members of one name the later
  /// one counts.
  ///
  /// - Throws: `DocumentError` when the text is not JSON or is nested too deeply.
  public init(json: some Sequence<UInt8>) throws(DocumentError) {
    var reader = try JSONReader(Array(json))
    self = try reader.value()
    try reader.finish()
  }

  /// Compact JSON with sorted keys: equal values give equal bytes.
  public var jsonBytes: [UInt8] { written(pretty: false) }

  /// Compact JSON with sorted keys.
  public var jsonText: String { String(decoding: written(pretty: false), as: UTF8.self) }

  /// Indented JSON with sorted keys, for people.
  public var prettyJSONText: String { String(decoding: written(pretty: true), as: UTF8.self) }

  private func written(pretty: Bool) -> [UInt8] {
    var writer = JSONWriter(isPretty: pretty)
    writer.write(self)
    return writer.bytes
  }
}
