import Documents

/// The parts of an object one behind the other in one piece of memory, each after its length.
struct PackedSections: Sendable {
  enum Section: Int, CaseIterable {
    /// As they are.
    case name, uid, resourceVersion
    /// Packed; without what has a section of its own.
    case metadata
    /// Packed; empty where there is none.
    case spec, status
    /// Packed, as an object of all other members; empty where there are none.
    case body
  }

  let bytes: [UInt8]

  /// - Parameter text: Where the members of `reading` stand.
  init(_ reading: ObjectReading, _ text: [UInt8]) {
    let metadata = reading.metadata
    // The parts that are packed, and where each begins.
    let (packed, starts) = TextTable.shared.withLock { table in
      var packer = ValuePacker(object: metadata.uid.hashValue)
      var starts = [0]
      packer.pack(metadata, &table)
      for section in ["spec", "status"] {
        starts.append(packer.bytes.count)
        let member = reading.members.last { $0.name == section }
        if let member { packer.pack(checked: text, member.part, &table) }
      }
      starts.append(packer.bytes.count)
      let body = reading.members.filter { $0.name != "spec" && $0.name != "status" }
      if !body.isEmpty { packer.pack(body, of: text, &table) }
      return (packer.bytes, starts)
    }
    let lengths = zip(starts, starts.dropFirst() + [packed.count]).map { $1 - $0 }
    let texts = [metadata.name.utf8, metadata.uid.utf8, metadata.resourceVersion.utf8]
    let counts = texts.map(\.count) + lengths
    var bytes: [UInt8] = []
    // Not a byte more is asked for than is needed.
    bytes.reserveCapacity(counts.reduce(0) { $0 + $1 + Self.size(ofLength: $1) })
    for text in texts {
      Self.append(length: text.count, to: &bytes)
      bytes.append(contentsOf: text)
    }
    for (start, length) in zip(starts, lengths) {
      Self.append(length: length, to: &bytes)
      bytes.append(contentsOf: packed[start..<start + length])
    }
    self.bytes = bytes
  }

  subscript(section: Section) -> ArraySlice<UInt8> { bytes[range(section)] }

  func text(_ section: Section) -> String { String(decoding: self[section], as: UTF8.self) }

  /// Gives the unpacker of a packed section to `read`; nil where the section is empty.
  func unpack<Value>(_ section: Section, _ read: (inout ValueUnpacker) -> Value) -> Value? {
    let range = range(section)
    if range.isEmpty { return nil }
    var unpacker = ValueUnpacker(
      bytes, from: range.lowerBound, TextTable.shared.withLock { $0.texts })
    return read(&unpacker)
  }

  private func range(_ section: Section) -> Range<Int> {
    var position = 0
    var length = 0
    for _ in 0...section.rawValue {
      position += length
      length = 0
      var shift = 0
      while bytes[position] >= 0x80 {
        length |= Int(bytes[position] & 0x7F) << shift
        shift += 7
        position += 1
      }
      length |= Int(bytes[position]) << shift
      position += 1
    }
    return position..<position + length
  }

  private static func append(length: Int, to bytes: inout [UInt8]) {
    var rest = length
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private static func size(ofLength length: Int) -> Int {
    max(1, (Int.bitWidth - length.leadingZeroBitCount + 6) / 7)
  }
}
