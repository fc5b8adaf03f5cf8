import Documents

/// A place in the JSON of a resource, with what the schema says of it.
struct SchemaPlace {
  enum Shape {
    case message(MessageSchema)
    indirect case list(Shape)
    indirect case map(Shape)
    case text
    case bytes
    /// Any JSON value.
    case anything
    /// A value without parts and without text of its own, such as a number.
    case plain
    /// The schema does not know it.
    case unknown
  }

  let shape: Shape
  /// The field, or one that it is a part of, holds a secret.
  let isSensitive: Bool
  /// The field, or one that it is a part of, is Teleport's to set.
  let isServerManaged: Bool

  /// The place of a whole resource.
  init(_ schema: ResourceSchema) {
    self.init(shape: .message(schema.message), isSensitive: false, isServerManaged: false)
  }

  private init(shape: Shape, isSensitive: Bool, isServerManaged: Bool) {
    self.shape = shape
    self.isSensitive = isSensitive
    self.isServerManaged = isServerManaged
  }

  /// The place of a member of this object.
  func member(_ name: String, _ registry: SchemaRegistry) -> SchemaPlace {
    switch shape {
    case .message(let message):
      if case .group(let group)? = message.member(name) { return with(.message(group)) }
      guard let field = message.field(name) else { return with(.unknown) }
      let kind = Shape(field.kind, registry)
      return SchemaPlace(
        shape: field.isRepeated ? .list(kind) : kind,
        isSensitive: isSensitive || field.isSensitive,
        isServerManaged: isServerManaged || field.isServerManaged)
    case .map(let element): return with(element)
    case .anything: return self
    default: return with(.unknown)
    }
  }

  /// The place of the elements of this list.
  var element: SchemaPlace {
    switch shape {
    case .list(let element): with(element)
    case .anything: self
    default: with(.unknown)
    }
  }

  /// The place of a value here: labels allow one text in place of a list of them.
  func holding(_ value: JSONValue) -> SchemaPlace {
    if case .list(.text) = shape, value.string != nil { with(.text) } else { self }
  }

  private func with(_ shape: Shape) -> SchemaPlace {
    SchemaPlace(shape: shape, isSensitive: isSensitive, isServerManaged: isServerManaged)
  }
}

extension SchemaPlace.Shape {
  fileprivate init(_ kind: FieldSchema.Kind, _ registry: SchemaRegistry) {
    switch kind {
    case .string: self = .text
    case .bytes: self = .bytes
    case .message(let name): self = .message(registry.message(name))
    case .map(let element): self = .map(Self(element, registry))
    case .labels, .traits, .traitList: self = .map(.list(.text))
    case .strings: self = .list(.text)
    case .structure: self = .anything
    case .bool, .int32, .int64, .uint32, .uint64, .double, .enumeration, .duration,
      .durationMessage, .durationSeconds, .timestamp, .optionalBool:
      self = .plain
    }
  }
}
