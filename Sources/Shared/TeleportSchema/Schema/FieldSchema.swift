/// One field of a message: where it stands on the wire and how it looks in JSON.
public struct FieldSchema: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case string
    case bytes
    case bool
    case int32
    case int64
    case uint32
    case uint64
    case double
    /// A Protobuf enum, by full name.
    case enumeration(String)
    /// A message that is an object in JSON, by full name.
    case message(String)
    /// `map<string, V>` where V is a string or a message, which `element` describes.
    indirect case map(element: Kind)
    /// int64 nanoseconds, written `1h30m`.
    case duration
    /// `google.protobuf.Duration`, written `1h30m`.
    case durationMessage
    /// `google.protobuf.Timestamp`, written as in RFC 3339.
    case timestamp
    /// `types.BoolValue`: absent is not false.
    case optionalBool
    /// `types.LabelValues`: a map to a string or a list of strings.
    case labels
    /// `types.LabelValues`, in JSON always a map to lists of strings.
    case traits
  }

  public let number: Int
  public let jsonName: String
  public let kind: Kind
  public let isRepeated: Bool
  /// Teleport sets it: not in custom resources, never replaced.
  public let isServerManaged: Bool
  /// Keys of this map that are Teleport's; nil where all are the owner's.
  public let serverManagedKeys: String?
  public let isSensitive: Bool
  /// The first Teleport major version whose servers keep the field; 0 where all do.
  public let since: Int
}

/// The fields of a message.
public struct MessageSchema: Sendable {
  public let name: String
  /// Ordered by number.
  public let fields: [FieldSchema]
  let byNumber: [Int: FieldSchema]
  let byJSONName: [String: FieldSchema]

  init(name: String, fields: [FieldSchema]) {
    self.name = name
    self.fields = fields.sorted { $0.number < $1.number }
    byNumber = Dictionary(uniqueKeysWithValues: fields.map { ($0.number, $0) })
    byJSONName = Dictionary(uniqueKeysWithValues: fields.map { ($0.jsonName, $0) })
  }

  public func field(_ jsonName: String) -> FieldSchema? { byJSONName[jsonName] }
}

/// The values of an enum and their JSON spellings.
public struct EnumSchema: Sendable {
  public struct Value: Sendable {
    public let number: Int32
    /// Accepted spellings, the preferred one first; "true" and "false" stand for the booleans.
    public let spellings: [String]
  }

  public let name: String
  public let values: [Value]
}
