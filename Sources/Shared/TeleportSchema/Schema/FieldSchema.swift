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
    /// `google.protobuf.Duration`, written `5400s`.
    case durationSeconds
    /// `google.protobuf.Timestamp`, written as in RFC 3339.
    case timestamp
    /// `types.BoolValue`: absent is not false.
    case optionalBool
    /// `types.LabelValues`: a map to a string or a list of strings.
    case labels
    /// `types.LabelValues`, in JSON always a map to lists of strings.
    case traits
    /// A list of messages of a key (1) and values (2), in JSON a map to lists of strings.
    case traitList
    /// `types.StringValues`: a list of strings, or where `allowsString` one string.
    case strings(allowsString: Bool)
    /// `google.protobuf.Struct`: any JSON object.
    case structure
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
  /// Its fields stand in JSON where it would stand itself.
  public var isInline = false
  /// The JSON object that it stands in, where the message has none for it.
  public var group: String?
  /// The custom resource says what it begins with; from then on it is Teleport's.
  public var isInitial = false
  /// Teleport fills it in where the custom resource does not say it; what it filled in stays.
  public var isServerFilled = false
  /// A message that is sent even if nothing is in it.
  public var isAlwaysSent = false
  /// The only texts that any server takes; none: whatever it takes.
  public var allowed: [String] = []
  /// Being there says something, also with a zero value.
  public var hasPresence = false
  /// Of the fields with the same name here, one at most may be set.
  public var oneof: String?
  /// Teleport keeps no order of the elements.
  public var isUnordered = false
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
  /// JSON has the spellings only, not the numbers.
  public var takesWordsOnly = false
}
