/// The schemas as the canonical form needs them: only what is compared, and plain numbers instead of names.
///
/// Left out are fields that Teleport manages, and sensitive ones: what the hash of this form tells is kept in the open.
struct CanonicalPlan: Sendable {
  enum Kind: Sendable {
    case text
    case bool
    case int32
    case uint32
    /// Also durations in nanoseconds.
    case int64
    case double
    case optionalBool
    case timestamp
    case durationMessage
    /// By position in `messages`.
    case message(Int)
  }

  enum Shape: Sendable {
    case single
    case list
    /// A list of which the order says nothing.
    case set
    /// With the position in `prefixes` of what the keys begin with that are Teleport's; nil where all are the owner's.
    case map(prefix: Int?)
    /// Messages of a key and values.
    case traitList
  }

  struct Field: Sendable {
    let number: Int
    let kind: Kind
    let shape: Shape
    /// Being there says something, also with a default.
    var hasPresence = false
  }

  struct Message: Sendable {
    /// Ordered by number.
    var fields: [Field] = []
    /// Positions in `fields` by number; -1 for numbers that are not compared.
    private var positions: [Int] = []

    init() {}

    init(fields: [Field]) {
      self.fields = fields
      positions = Array(repeating: -1, count: (fields.last?.number ?? -1) + 1)
      for (position, field) in fields.enumerated() { positions[field.number] = position }
    }

    func position(of number: Int) -> Int? {
      guard number < positions.count, positions[number] >= 0 else { return nil }
      return positions[number]
    }
  }

  private(set) var messages: [Message] = []
  private(set) var prefixes: [[UInt8]] = []
  private var positions: [String: Int] = [:]

  init(_ schemas: [String: MessageSchema]) {
    for name in schemas.keys.sorted() {
      positions[name] = messages.count
      messages.append(Message())
    }
    for (name, position) in positions {
      messages[position] = Message(
        fields: (schemas[name]?.fields ?? []).compactMap { field($0) })
    }
  }

  /// The position in `messages`; nil for a message that is not in the schemas.
  func position(of name: String) -> Int? { positions[name] }

  private mutating func field(_ schema: FieldSchema) -> Field? {
    if schema.isServerManaged || schema.isInitial || schema.isSensitive { return nil }
    if schema.kind == .traitList {
      return Field(number: schema.number, kind: .text, shape: .traitList)
    }
    if case .map(let element) = schema.kind {
      var prefix: Int?
      if let keys = schema.serverManagedKeys {
        prefix = prefixes.count
        prefixes.append(Array(keys.utf8))
      }
      return kind(element).map {
        Field(number: schema.number, kind: $0, shape: .map(prefix: prefix))
      }
    }
    return kind(schema.kind).map {
      Field(
        number: schema.number, kind: $0,
        shape: !schema.isRepeated ? .single : schema.isUnordered ? .set : .list,
        hasPresence: schema.hasPresence)
    }
  }

  private func kind(_ kind: FieldSchema.Kind) -> Kind? {
    switch kind {
    case .string, .bytes: .text
    case .bool: .bool
    case .int32, .enumeration: .int32
    case .uint32: .uint32
    case .int64, .uint64, .duration: .int64
    case .double: .double
    case .optionalBool: .optionalBool
    case .timestamp: .timestamp
    case .durationMessage, .durationSeconds: .durationMessage
    case .message(let name): position(of: name).map { .message($0) }
    case .labels, .traits: position(of: "types.LabelValues").map { .message($0) }
    case .strings: position(of: "types.StringValues").map { .message($0) }
    case .structure: position(of: "google.protobuf.Struct").map { .message($0) }
    // Protobuf has no map of maps.
    case .map, .traitList: nil
    }
  }
}
