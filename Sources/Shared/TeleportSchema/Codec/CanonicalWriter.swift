/// Writes a message in the one form that all its encodings have in common.
///
/// - Guarantees: the result is an encoding of the message, cut down to what the plan has. Fields stand by number,
///   map entries by the bytes of their keys. Defaults and messages with nothing in them are left out, except in lists
///   and maps and where presence says something; packed numbers are unpacked. Lists without an order stand by their
///   elements' bytes. Where a single field or a key occurs
///   twice, the last one counts, and the parts of a message belong together.
struct CanonicalWriter {
  /// One occurrence of a field that the plan has.
  private struct Occurrence {
    let position: Int
    let token: WireToken
  }

  private struct Entry {
    let key: Range<Int>
    let payload: Range<Int>
  }

  private let plan: CanonicalPlan
  private var writer = WireWriter()
  /// Of all messages that are being written, the outermost first.
  private var stack: [Occurrence] = []

  private init(_ plan: CanonicalPlan) { self.plan = plan }

  /// - Parameter message: its position in the plan.
  static func bytes(
    of source: [UInt8], as message: Int, _ plan: CanonicalPlan
  ) throws(WireError) -> [UInt8] {
    var writer = CanonicalWriter(plan)
    writer.writer.reserve(source.count)
    writer.stack.reserveCapacity(64)
    try writer.collect(source.startIndex..<source.endIndex, of: plan.messages[message], source)
    try writer.write(plan.messages[message], from: 0, source)
    return writer.writer.bytes
  }

  // MARK: - Messages

  /// Puts the fields of (a part of) a message on the stack.
  private mutating func collect(
    _ range: Range<Int>, of message: CanonicalPlan.Message, _ source: [UInt8]
  ) throws(WireError) {
    var index = range.lowerBound
    while index < range.upperBound {
      let token = try WireToken(source, at: &index, before: range.upperBound)
      guard let position = message.position(of: token.number) else { continue }
      stack.append(Occurrence(position: position, token: token))
    }
  }

  /// Writes the fields that are on the stack from `base` on, and takes them off.
  private mutating func write(
    _ message: CanonicalPlan.Message, from base: Int, _ source: [UInt8]
  ) throws(WireError) {
    sort(from: base)
    let end = stack.count
    var first = base
    while first < end {
      let position = stack[first].position
      var next = first + 1
      while next < end, stack[next].position == position { next += 1 }
      try write(message.fields[position], first..<next, source)
      first = next
    }
    stack.removeLast(stack.count - base)
  }

  private mutating func sort(from base: Int) {
    for index in stack.indices.dropFirst(base + 1)
    where stack[index - 1].position > stack[index].position {
      // Equal numbers keep their order, which lists need.
      stack[base...].sort {
        ($0.position, $0.token.start) < ($1.position, $1.token.start)
      }
      return
    }
  }

  private mutating func write(
    _ field: CanonicalPlan.Field, _ range: Range<Int>, _ source: [UInt8]
  ) throws(WireError) {
    switch field.shape {
    case .single:
      try write(field.kind, field.number, range, isElement: field.hasPresence, source)
    case .list:
      for index in range { try writeElement(field, index, source) }
    case .set:
      try writeSet(field, range, source)
    case .map(let prefix):
      try writeMap(field, range, prefix: prefix.map { plan.prefixes[$0] }, source)
    case .traitList:
      try writeMap(field, range, prefix: nil, source)
    }
  }

  private mutating func writeSet(
    _ field: CanonicalPlan.Field, _ range: Range<Int>, _ source: [UInt8]
  ) throws(WireError) {
    let start = writer.bytes.count
    for index in range { try writeElement(field, index, source) }
    let elements = try WireReader.fields(of: writer.bytes[start...]).sorted {
      ($0.bytes ?? []).lexicographicallyPrecedes($1.bytes ?? [])
    }
    writer.replace(from: start, with: elements.flatMap(\.raw))
  }

  private mutating func writeElement(
    _ field: CanonicalPlan.Field, _ index: Int, _ source: [UInt8]
  ) throws(WireError) {
    let token = stack[index].token
    guard field.kind.isVarint, token.form == .bytes else {
      return try write(field.kind, field.number, index..<index + 1, isElement: true, source)
    }
    var offset = token.payload.lowerBound
    while offset < token.payload.upperBound {
      let value = try WireToken.varint(source, at: &offset, before: token.payload.upperBound)
      writer.varint(field.number, field.kind.normal(value))
    }
  }

  // MARK: - Maps

  private mutating func writeMap(
    _ field: CanonicalPlan.Field, _ range: Range<Int>, prefix: [UInt8]?, _ source: [UInt8]
  ) throws(WireError) {
    var entries: [Entry] = []
    for index in range {
      let payload = stack[index].token.payload
      let key = try Self.key(of: payload, source)
      if let prefix, source[key].starts(with: prefix) { continue }
      entries.append(Entry(key: key, payload: payload))
    }
    if entries.count > 1 {
      entries.sort {
        let order = Self.compare(source, $0.key, $1.key)
        return order == 0 ? $0.payload.lowerBound < $1.payload.lowerBound : order < 0
      }
    }
    for (index, entry) in entries.enumerated() {
      if index + 1 < entries.count, Self.compare(source, entry.key, entries[index + 1].key) == 0 {
        continue
      }
      let mark = writer.begin(field.number)
      writer.bytes(1, source[entry.key])
      let base = stack.count
      try forEachToken(of: entry.payload, source) { writer, token in
        if token.number == 2 { writer.stack.append(Occurrence(position: 0, token: token)) }
      }
      if case .traitList = field.shape {
        for index in base..<stack.count {
          try write(field.kind, 2, index..<index + 1, isElement: true, source)
        }
      } else {
        try write(field.kind, 2, base..<stack.count, isElement: true, source)
      }
      stack.removeLast(stack.count - base)
      writer.end(mark, keepsEmpty: true)
    }
  }

  private static func key(
    of entry: Range<Int>, _ source: [UInt8]
  ) throws(WireError) -> Range<Int> {
    var key = entry.lowerBound..<entry.lowerBound
    var index = entry.lowerBound
    while index < entry.upperBound {
      let token = try WireToken(source, at: &index, before: entry.upperBound)
      if token.number == 1 { key = token.payload }
    }
    return key
  }

  /// Below, at or above 0, as the bytes of the left are before, equal to or after those of the right.
  private static func compare(_ source: [UInt8], _ left: Range<Int>, _ right: Range<Int>) -> Int {
    for offset in 0..<min(left.count, right.count) {
      let difference =
        Int(source[left.lowerBound + offset]) - Int(source[right.lowerBound + offset])
      if difference != 0 { return difference }
    }
    return left.count - right.count
  }

  // MARK: - Values

  /// Writes the value that some occurrences of a field come to.
  ///
  /// - Parameter isElement: of a list or a map, where also a default is written.
  private mutating func write(
    _ kind: CanonicalPlan.Kind, _ number: Int, _ range: Range<Int>, isElement: Bool,
    _ source: [UInt8]
  ) throws(WireError) {
    let last = range.last.map { stack[$0].token }
    switch kind {
    case .bool, .int32, .uint32, .int64:
      let value = kind.normal(last?.form == .varint ? last?.value ?? 0 : 0)
      if isElement || value != 0 { writer.varint(number, value) }
    case .text:
      let payload = last?.payload ?? 0..<0
      if isElement || !payload.isEmpty { writer.bytes(number, source[payload]) }
    case .double:
      guard let last, last.form == .fixed64, isElement || last.value != 0 else { return }
      writer.fixed64(number, last.value)
    case .optionalBool:
      let mark = writer.begin(number)
      let isTrue = try numbers(range, source).first != 0
      if isTrue { writer.varint(1, 1) }
      writer.end(mark, keepsEmpty: true)
    case .timestamp:
      let (seconds, nanoseconds) = try numbers(range, source)
      let time = TimestampText.Value(
        seconds: Int64(bitPattern: seconds),
        nanoseconds: Int32(truncatingIfNeeded: nanoseconds))
      // As decoding has it: nothing at all and Go's zero time say "not set".
      if time.isUnset || range.allSatisfy({ stack[$0].token.payload.isEmpty }) { return }
      write(number, time.seconds, Int64(time.nanoseconds), keepsEmpty: isElement)
    case .durationMessage:
      try writeDuration(number, range, isElement: isElement, source)
    case .message(let position):
      let mark = writer.begin(number)
      let message = plan.messages[position]
      let base = stack.count
      for index in range { try collect(stack[index].token.payload, of: message, source) }
      try write(message, from: base, source)
      writer.end(mark, keepsEmpty: isElement)
    }
  }

  private mutating func writeDuration(
    _ number: Int, _ range: Range<Int>, isElement: Bool, _ source: [UInt8]
  ) throws(WireError) {
    let (first, second) = try numbers(range, source)
    let seconds = Int64(bitPattern: first)
    let nanoseconds = Int64(Int32(truncatingIfNeeded: second))
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, overflowed) = product.addingReportingOverflow(nanoseconds)
    if overflow || overflowed {
      write(number, seconds, nanoseconds, keepsEmpty: isElement)
    } else {
      write(number, sum / 1_000_000_000, sum % 1_000_000_000, keepsEmpty: isElement)
    }
  }

  private mutating func write(
    _ number: Int, _ seconds: Int64, _ nanoseconds: Int64, keepsEmpty: Bool
  ) {
    let mark = writer.begin(number)
    if seconds != 0 { writer.varint(1, UInt64(bitPattern: seconds)) }
    if nanoseconds != 0 { writer.varint(2, UInt64(bitPattern: nanoseconds)) }
    writer.end(mark, keepsEmpty: keepsEmpty)
  }

  /// Fields 1 and 2 of a message of numbers.
  private mutating func numbers(
    _ range: Range<Int>, _ source: [UInt8]
  ) throws(WireError) -> (first: UInt64, second: UInt64) {
    var result: (first: UInt64, second: UInt64) = (0, 0)
    for index in range {
      try forEachToken(of: stack[index].token.payload, source) { _, token in
        let value = token.form == .varint ? token.value : 0
        if token.number == 1 { result.first = value }
        if token.number == 2 { result.second = value }
      }
    }
    return result
  }

  private mutating func forEachToken(
    of range: Range<Int>, _ source: [UInt8], _ body: (inout CanonicalWriter, WireToken) -> Void
  ) throws(WireError) {
    var index = range.lowerBound
    while index < range.upperBound {
      body(&self, try WireToken(source, at: &index, before: range.upperBound))
    }
  }
}

extension CanonicalPlan.Kind {
  var isVarint: Bool {
    switch self {
    case .bool, .int32, .uint32, .int64: true
    default: false
    }
  }

  /// What a reader of that type makes of a varint, written again.
  func normal(_ value: UInt64) -> UInt64 {
    switch self {
    case .bool: value == 0 ? 0 : 1
    case .int32: UInt64(bitPattern: Int64(Int32(truncatingIfNeeded: value)))
    case .uint32: UInt64(UInt32(truncatingIfNeeded: value))
    default: value
    }
  }
}
