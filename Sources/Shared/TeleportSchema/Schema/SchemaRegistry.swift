import SwiftProtobuf

/// All schemas, read from the descriptors that `make generate` compiles from `Schemas/*.proto`.
public struct SchemaRegistry: Sendable {
  let messages: [String: MessageSchema]
  let enums: [String: EnumSchema]
  let canonical: CanonicalPlan
  /// Descriptors of the resource messages, by full name, with their rows of the kind table.
  private let rows: [(message: String, row: Teleport_Schema_Resource)]

  /// The schemas of this build.
  public static let standard: SchemaRegistry = {
    do {
      return try SchemaRegistry(descriptorSet: EmbeddedDescriptors.withoutComments)
    } catch {
      // The text is compiled into this very module: a mismatch is a broken build, which every test shows.
      fatalError("the embedded schemas cannot be read: \(error)")
    }
  }()

  init(descriptorSet base64: String) throws {
    var messages: [String: MessageSchema] = [:]
    var enums: [String: EnumSchema] = [:]
    var rows: [(String, Teleport_Schema_Resource)] = []
    for file in try DescriptorSet.decode(base64: base64) where DescriptorSet.isSchema(file) {
      for (name, descriptor) in file.allMessages {
        messages[name] = MessageSchema(name: name, descriptor: descriptor)
        if descriptor.options.hasTeleport_Schema_resource {
          rows.append((name, descriptor.options.Teleport_Schema_resource))
        }
      }
      for (name, descriptor) in file.allEnums {
        enums[name] = EnumSchema(name: name, descriptor: descriptor)
      }
    }
    self.init(messages: messages, enums: enums, rows: rows)
  }

  init(
    messages: [String: MessageSchema], enums: [String: EnumSchema],
    rows: [(message: String, row: Teleport_Schema_Resource)] = []
  ) {
    self.messages = messages.mapValues { message in
      var message = message
      message.link(messages)
      return message
    }
    self.enums = enums
    self.rows = rows
    canonical = CanonicalPlan(self.messages)
  }

  /// Every kind, ordered by name.
  public var resources: [ResourceSchema] {
    rows.compactMap { message, row in
      messages[message].map { ResourceSchema(row: row, message: $0, registry: self) }
    }.sorted { $0.kind < $1.kind }
  }

  func message(_ name: String) -> MessageSchema {
    // protoc refuses a reference to a message that does not exist.
    messages[name] ?? MessageSchema(name: name, fields: [])
  }

  func enumeration(_ name: String) -> EnumSchema {
    enums[name] ?? EnumSchema(name: name, values: [])
  }
}

extension ResourceSchema {
  private static let all: [ResourceSchema] = SchemaRegistry.standard.resources

  /// Every kind of this build, ordered by name.
  public static var standard: [ResourceSchema] { all }

  /// The kind with Teleport's name for it: "role"; nil where this build does not have it.
  public static func named(_ kind: String) -> ResourceSchema? { all.first { $0.kind == kind } }
}
