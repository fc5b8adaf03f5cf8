import SwiftProtobuf

// Descriptors as protoc writes them, turned into the values that the codec walks.

extension MessageSchema {
  init(name: String, descriptor: Google_Protobuf_DescriptorProto) {
    let entries = Dictionary(
      uniqueKeysWithValues: descriptor.nestedType.filter(\.options.mapEntry).map {
        (".\(name).\($0.name)", $0)
      })
    self.init(
      name: name,
      fields: descriptor.field.map { field in
        var schema = FieldSchema(descriptor: field, mapEntries: entries)
        schema.hasPresence = field.hasOneofIndex
        if field.hasOneofIndex, !field.proto3Optional {
          schema.oneof = descriptor.oneofDecl[Int(field.oneofIndex)].name
        }
        return schema
      },
      validations: descriptor.options.Teleport_Schema_validation.map {
        Validation(rule: $0.rule, message: $0.message)
      })
  }
}

extension EnumSchema {
  init(name: String, descriptor: Google_Protobuf_EnumDescriptorProto) {
    self.init(
      name: name,
      values: descriptor.value.map {
        Value(number: $0.number, spellings: $0.options.Teleport_Schema_jsonValue)
      }, takesWordsOnly: descriptor.options.Teleport_Schema_wordsOnly)
  }
}

extension FieldSchema {
  init(
    descriptor: Google_Protobuf_FieldDescriptorProto,
    mapEntries: [String: Google_Protobuf_DescriptorProto]
  ) {
    let options = descriptor.options
    let kind: Kind
    let isMap: Bool
    if let entry = mapEntries[descriptor.typeName], let value = entry.field.last {
      kind = .map(element: Kind(value, form: options.Teleport_Schema_form))
      isMap = true
    } else {
      kind = Kind(descriptor, form: options.Teleport_Schema_form)
      isMap = kind == .traitList
    }
    self.init(
      number: Int(descriptor.number),
      jsonName: options.Teleport_Schema_json.isEmpty
        ? descriptor.name : options.Teleport_Schema_json,
      kind: kind,
      isRepeated: descriptor.label == .repeated && !isMap,
      isServerManaged: options.Teleport_Schema_serverManaged,
      serverManagedKeys: options.Teleport_Schema_serverManagedKeys.isEmpty
        ? nil : options.Teleport_Schema_serverManagedKeys,
      isSensitive: options.Teleport_Schema_sensitive,
      since: Int(options.Teleport_Schema_since))
    isInline = options.Teleport_Schema_inline
    group = options.Teleport_Schema_group.isEmpty ? nil : options.Teleport_Schema_group
    isInitial = options.Teleport_Schema_initial
    isAlwaysSent = options.Teleport_Schema_always
    isServerFilled = options.Teleport_Schema_serverFilled
    allowed = options.Teleport_Schema_allowed
    isUnordered = options.Teleport_Schema_unordered
  }
}

extension FieldSchema.Kind {
  fileprivate init(
    _ descriptor: Google_Protobuf_FieldDescriptorProto, form: Teleport_Schema_Form
  ) {
    switch (descriptor.type, form) {
    case (.int64, .duration): self = .duration
    case (.string, _): self = .string
    case (.bytes, _): self = .bytes
    case (.bool, _): self = .bool
    case (.int32, _): self = .int32
    case (.int64, _): self = .int64
    case (.uint32, _): self = .uint32
    case (.uint64, _): self = .uint64
    case (.double, _): self = .double
    case (.enum, _): self = .enumeration(String(descriptor.typeName.dropFirst()))
    case (_, .traitList): self = .traitList
    case (_, let form): self = Self.message(String(descriptor.typeName.dropFirst()), form)
    }
  }

  private static func message(_ name: String, _ form: Teleport_Schema_Form) -> Self {
    switch name {
    case "types.BoolValue": .optionalBool
    case "types.LabelValues": form == .traits ? .traits : .labels
    case "types.StringValues": .strings(allowsString: form != .traits)
    case "google.protobuf.Timestamp": .timestamp
    case "google.protobuf.Duration": form == .seconds ? .durationSeconds : .durationMessage
    case "google.protobuf.Struct": .structure
    default: .message(name)
    }
  }
}
