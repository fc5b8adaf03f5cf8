import Documents
import FoundationEssentials

/// Reads the protobuf bodies that kubectl sends for built-in types.
enum ProtobufReader {
  static let mediaType = "application/vnd.kubernetes.protobuf"
  private static let magic: [UInt8] = [0x6b, 0x38, 0x73, 0x00]

  /// The wrapper of every such body: its type, and the message itself.
  private static let envelope = ProtobufForm([
    1: ("type", .message(ProtobufForm([1: ("apiVersion", .string), 2: ("kind", .string)]))),
    2: ("raw", .bytes),
  ])

  /// nil for a body that is malformed, or of a type that is not read here.
  static func object(_ body: [UInt8]) -> JSONValue? {
    guard body.starts(with: magic),
      let wrapper = message(body.dropFirst(magic.count), envelope),
      let kind = wrapper["type"]?["kind"]?.string, let form = ProtobufForm.known[kind],
      let raw = Data(base64Encoded: wrapper["raw"]?.string ?? ""),
      var object = message(Array(raw)[...], form)
    else { return nil }
    object["apiVersion"] = wrapper["type"]?["apiVersion"]
    object["kind"] = .string(kind)
    return object
  }

  private static func message(_ bytes: ArraySlice<UInt8>, _ form: ProtobufForm) -> JSONValue? {
    var bytes = bytes
    var members: [String: JSONValue] = [:]
    while !bytes.isEmpty {
      guard let tag = varint(&bytes), let field = payload(&bytes, wireType: tag & 7) else {
        return nil
      }
      guard let (name, kind) = form.fields[tag >> 3] else { continue }
      switch kind {
      case .list(let kind):
        guard let value = value(field, kind) else { return nil }
        members[name] = .array((members[name]?.array ?? []) + [value])
      case .map(let kind):
        let entry = ProtobufForm([1: ("key", .string), 2: ("value", kind)])
        guard case .bytes(let bytes) = field, let pair = message(bytes, entry) else { return nil }
        var map = members[name] ?? [:]
        map[pair["key"]?.string ?? ""] = pair["value"] ?? ""
        members[name] = map
      default:
        guard let value = value(field, kind) else { return nil }
        // Go's marshaller writes empty strings too, which JSON leaves out.
        if value != "" { members[name] = value }
      }
    }
    return .object(members)
  }

  private enum Payload {
    case number(UInt64)
    case bytes(ArraySlice<UInt8>)
  }

  private static func value(_ payload: Payload, _ kind: ProtobufForm.Kind) -> JSONValue? {
    switch (kind, payload) {
    case (.string, .bytes(let bytes)): .string(String(decoding: bytes, as: UTF8.self))
    case (.bytes, .bytes(let bytes)): .string(Data(bytes).base64EncodedString())
    case (.message(let form), .bytes(let bytes)): message(bytes, form)
    case (.boolean, .number(let number)): .bool(number != 0)
    case (.integer, .number(let number)): .integer(Int64(bitPattern: number))
    default: nil
    }
  }

  private static func payload(_ bytes: inout ArraySlice<UInt8>, wireType: UInt64) -> Payload? {
    switch wireType {
    case 0: return varint(&bytes).map(Payload.number)
    case 2:
      guard let length = varint(&bytes).flatMap(Int.init(exactly:)), length <= bytes.count else {
        return nil
      }
      defer { bytes = bytes.dropFirst(length) }
      return .bytes(bytes.prefix(length))
    case 1, 5:
      let length = wireType == 1 ? 8 : 4
      guard bytes.count >= length else { return nil }
      defer { bytes = bytes.dropFirst(length) }
      return .bytes(bytes.prefix(length))
    default: return nil
    }
  }

  private static func varint(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
    var result: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = bytes.popFirst() else { return nil }
      result |= UInt64(byte & 0x7f) << shift
      if byte & 0x80 == 0 { return result }
    }
    return nil
  }
}
