import TeleportSchema

/// Reads and changes single fields of an encoded message, by path of field numbers, leaving all else byte for byte.
extension [UInt8] {
  enum FieldContent: Hashable, Sendable {
    case string(String)
    case message([UInt8])
    case varint(UInt64)
  }

  /// A `types.BoolValue`, for which absent is not false.
  static func boolValue(_ value: Bool) -> [UInt8] { value ? [8, 1] : [] }

  func message(at path: [Int]) -> [UInt8]? {
    (try? WireReader.bytes(at: path, in: self)).flatMap { $0.map { [UInt8]($0) } }
  }

  func string(at path: [Int]) -> String {
    message(at: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// Every value of a repeated string or message field.
  func messages(at path: [Int]) -> [[UInt8]] {
    guard let last = path.last, let parent = message(at: [Int](path.dropLast())) else { return [] }
    let fields = (try? WireReader.fields(of: parent)) ?? []
    return fields.filter { $0.number == last }.compactMap { $0.bytes.map { [UInt8]($0) } }
  }

  func strings(at path: [Int]) -> [String] {
    messages(at: path).map { String(decoding: $0, as: UTF8.self) }
  }

  func varint(at path: [Int]) -> UInt64? {
    guard let last = path.last, let parent = message(at: [Int](path.dropLast())) else { return nil }
    return (try? WireReader.fields(of: parent))?.last { $0.number == last }?.varint
  }

  /// The string map at the path.
  func map(at path: [Int]) -> [String: String] {
    Dictionary(
      messages(at: path).map { ($0.string(at: [1]), $0.string(at: [2])) }
    ) { _, last in last }
  }

  func has(_ path: [Int]) -> Bool {
    guard let last = path.last, let parent = message(at: [Int](path.dropLast())) else {
      return false
    }
    return (try? WireReader.fields(of: parent))?.contains { $0.number == last } ?? false
  }

  /// Replaces all values of the field at the path; none removes it. Missing messages on the way are made.
  mutating func set(_ path: [Int], to contents: [FieldContent]) {
    guard let number = path.first else { return }
    let nested: [FieldContent]
    if path.count == 1 {
      nested = contents
    } else {
      var child = message(at: [number]) ?? []
      child.set([Int](path.dropFirst()), to: contents)
      nested = [.message(child)]
    }
    var writer = WireWriter()
    for field in (try? WireReader.fields(of: self)) ?? [] where field.number != number {
      writer.raw(field)
    }
    for content in nested {
      switch content {
      case .string(let text): writer.string(number, text)
      case .message(let bytes): writer.bytes(number, bytes)
      case .varint(let value): writer.varint(number, value)
      }
    }
    self = writer.bytes
  }

  mutating func set(_ path: [Int], to content: FieldContent) { set(path, to: [content]) }

  mutating func remove(_ path: [Int]) {
    if has(path) { set(path, to: []) }
  }

  mutating func setDefault(_ path: [Int], _ contents: FieldContent...) {
    if !has(path) { set(path, to: contents) }
  }

  /// Sets one entry of a string map.
  mutating func setEntry(_ key: String, _ value: String, inMapAt path: [Int]) {
    let others = messages(at: path).filter { $0.string(at: [1]) != key }
    var entry = WireWriter()
    entry.string(1, key)
    entry.string(2, value)
    set(path, to: (others + [entry.bytes]).map { .message($0) })
  }
}
