/// Writes JSON with sorted keys, so that equal values give equal bytes.
struct JSONWriter {
  private(set) var bytes: [UInt8] = []
  /// Whether each member has a line of its own.
  let isPretty: Bool

  mutating func write(_ value: JSONValue, indentation: Int = 0) {
    switch value {
    case .null: append("null")
    case .bool(let value): append(value ? "true" : "false")
    case .integer(let value): append(String(value))
    case .number(let value): write(value)
    case .string(let value): write(value)
    case .array(let elements):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        separate(index > 0, indentation + 1)
        write(element, indentation: indentation + 1)
      }
      close(UInt8(ascii: "]"), isEmpty: elements.isEmpty, indentation)
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      for (index, member) in sorted.enumerated() {
        separate(index > 0, indentation + 1)
        write(member.key)
        append(isPretty ? " : " : ":")
        write(member.value, indentation: indentation + 1)
      }
      close(UInt8(ascii: "}"), isEmpty: members.isEmpty, indentation)
    }
  }

  private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private mutating func separate(_ hasMember: Bool, _ indentation: Int) {
    if hasMember { bytes.append(UInt8(ascii: ",")) }
    if isPretty { newLine(indentation) }
  }

  private mutating func close(_ bracket: UInt8, isEmpty: Bool, _ indentation: Int) {
    if isPretty {
      if isEmpty { bytes.append(UInt8(ascii: "\n")) }
      newLine(indentation)
    }
    bytes.append(bracket)
  }

  private mutating func newLine(_ indentation: Int) {
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * indentation))
  }

  private mutating func write(_ number: Double) {
    // JSON has no other numbers, and no reader here makes any.
    guard number.isFinite else { return append("null") }
    let text = number.description
    append(text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
  }

  private mutating func write(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { utf8 in
      if utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") })
      {
        for byte in utf8 { writeEscaped(byte) }
      } else {
        bytes.append(contentsOf: utf8)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func writeEscaped(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): append("\\\"")
    case UInt8(ascii: "\\"): append("\\\\")
    case 0x08: append("\\b")
    case 0x0C: append("\\f")
    case UInt8(ascii: "\n"): append("\\n")
    case UInt8(ascii: "\r"): append("\\r")
    case UInt8(ascii: "\t"): append("\\t")
    case 0..<0x20: append((byte < 0x10 ? "\\u000" : "\\u00") + String(byte, radix: 16))
    default: bytes.append(byte)
    }
  }
}
