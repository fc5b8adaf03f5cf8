// Rows of the kind table as protoc writes them, turned into the values that calls and definitions are made from.

extension ResourceSchema {
  init(row: Teleport_Schema_Resource, message: MessageSchema, registry: SchemaRegistry) {
    kind = row.kind
    rule = row.rule.isEmpty ? row.kind : row.rule
    entitlements = row.entitlement
    singletonName = row.singletonName.isEmpty ? nil : row.singletonName
    eventField = row.eventField == 0 ? nil : Int(row.eventField)
    customResources = row.customResources.map(CustomResourceSchema.init)
    calls = Calls(
      get: row.get.map(ResourceCall.init), list: row.list.map(ResourceCall.init),
      create: row.create.map(ResourceCall.init), update: row.update.map(ResourceCall.init),
      upsert: row.upsert.map(ResourceCall.init), delete: row.delete.map(ResourceCall.init))
    labelCondition = row.labelCondition.isEmpty ? nil : row.labelCondition
    self.message = message
    self.registry = registry
    header = HeaderLayout(of: message)
  }
}

extension ResourceCall {
  init(_ call: Teleport_Schema_Call) {
    method = call.method
    resourceField = call.resourceField == 0 ? nil : Int(call.resourceField)
    nameField = call.nameField == 0 ? nil : Int(call.nameField)
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
    elementField = call.elementField == 0 ? nil : Int(call.elementField)
    constants = call.constants.map {
      Constant(field: Int($0.field), value: $0.text.isEmpty ? .number($0.number) : .text($0.text))
    }
  }
}

extension CustomResourceSchema {
  init(_ row: Teleport_Schema_CustomResource) {
    kind = row.kind
    plural = row.plural
    singular = row.singular
    shortNames = row.shortNames
    subKind = row.subKind.isEmpty ? nil : row.subKind
    versions = row.versions.map {
      Version(name: $0.name, teleportVersion: $0.teleportVersion, since: Int($0.since))
    }
    columns = row.columns.map {
      PrinterColumn(
        name: $0.name, type: $0.type, jsonPath: $0.jsonPath, description: $0.description_p)
    }
  }
}
