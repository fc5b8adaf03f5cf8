/// One field of an encoded protobuf message: its number, its value, and the very bytes it stood in.
public struct WireField: Hashable, Sendable {
  public enum Value: Hashable, Sendable {
    case varint(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)
    /// A string, bytes, a message, or packed scalars.
    case bytes(ArraySlice<UInt8>)
  }

  public let number: Int
  public let value: Value
  /// Tag and value as they were read, so that what is not understood can be written back unchanged.
  public let raw: ArraySlice<UInt8>

  /// The payload of a length-delimited field; nil for the other wire types.
  public var bytes: ArraySlice<UInt8>? {
    if case .bytes(let bytes) = value { bytes } else { nil }
  }

  public var varint: UInt64? {
    if case .varint(let value) = value { value } else { nil }
  }

  public var string: String? { bytes.map { String(decoding: $0, as: UTF8.self) } }
}

/// Bytes that are not a protobuf message.
public struct WireError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: String, Sendable {
    case truncated
    case malformedVarint
    case malformedTag
    case unsupportedWireType
  }

  public let code: Code
  public var description: String { "not a protobuf message: \(code.rawValue)" }
}
