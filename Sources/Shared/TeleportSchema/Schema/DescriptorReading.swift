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
      fields: descriptor.field.map { FieldSchema(descriptor: $0, mapEntries: entries) })
  }
}

extension EnumSchema {
  init(name: String, descriptor: Google_Protobuf_EnumDescriptorProto) {
    self.init(
      name: name,
      values: descriptor.value.map {
        Value(number: $0.number, spellings: $0.options.Teleport_Schema_jsonValue)
      })
  }
}

extension FieldSchema {
  init(
    descriptor: Google_Protobuf_FieldDescriptorProto,
    mapEntries: [String: Google_Protobuf_DescriptorProto]
  ) {
    let options = descriptor.options
    let kind: Kind
    if let entry = mapEntries[descriptor.typeName], let value = entry.field.last {
      kind = .map(element: Kind(value))
    } else {
      kind = Kind(descriptor)
    }
    let isMap = if case .map = kind { true } else { false }
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
  }
}

extension FieldSchema.Kind {
  fileprivate init(_ descriptor: Google_Protobuf_FieldDescriptorProto) {
    switch (descriptor.type, descriptor.options.Teleport_Schema_form) {
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
    case (_, let form): self = Self.message(String(descriptor.typeName.dropFirst()), form)
    }
  }

  private static func message(_ name: String, _ form: Teleport_Schema_Form) -> Self {
    switch name {
    case "types.BoolValue": .optionalBool
    case "types.LabelValues": form == .traits ? .traits : .labels
    case "google.protobuf.Timestamp": .timestamp
    case "google.protobuf.Duration": .durationMessage
    default: .message(name)
    }
  }
}

extension ResourceSchema {
  init(row: Teleport_Schema_Resource, message: MessageSchema, registry: SchemaRegistry) {
    kind = row.kind
    rule = row.rule.isEmpty ? row.kind : row.rule
    eventField = row.eventField == 0 ? nil : Int(row.eventField)
    customResources = row.customResources.map(CustomResourceSchema.init)
    calls = Calls(
      get: row.get.map(ResourceCall.init), list: row.list.map(ResourceCall.init),
      create: row.create.map(ResourceCall.init), update: row.update.map(ResourceCall.init),
      upsert: row.upsert.map(ResourceCall.init), delete: row.delete.map(ResourceCall.init))
    self.message = message
    self.registry = registry
  }
}

extension ResourceCall {
  init(_ call: Teleport_Schema_Call) {
    method = call.method
    resourceField = call.resourceField == 0 ? nil : Int(call.resourceField)
    nameField = Int(call.nameField)
    replyField = call.replyField == 0 ? nil : Int(call.replyField)
    hasEmptyReply = call.emptyReply
    isConditional = call.conditional
    paging =
      call.pageTokenField == 0
      ? nil
      : Paging(
        pageSizeField: Int(call.pageSizeField), pageTokenField: Int(call.pageTokenField),
        nextPageTokenField: Int(call.nextPageTokenField))
    isStreaming = call.streaming
  }
}

extension CustomResourceSchema {
  init(_ row: Teleport_Schema_CustomResource) {
    kind = row.kind
    plural = row.plural
    singular = row.singular
    shortNames = row.shortNames
    versions = row.versions.map {
      Version(name: $0.name, teleportVersion: $0.teleportVersion, since: Int($0.since))
    }
    columns = row.columns.map {
      PrinterColumn(
        name: $0.name, type: $0.type, jsonPath: $0.jsonPath, description: $0.description_p)
    }
  }
}
