import SwiftProtobuf

/// The comments of the schema files, which describe the fields to `kubectl explain`.
struct SchemaComments {
  /// Keyed by `types.Message.field`.
  private let byField: [String: String]

  init(descriptorSet base64: String = EmbeddedDescriptors.withComments) throws {
    var byField: [String: String] = [:]
    for file in try DescriptorSet.decode(base64: base64) where file.package == "types" {
      for location in file.sourceCodeInfo.location where location.hasLeadingComments {
        // [4, message, 2, field], as google/protobuf/descriptor.proto numbers them.
        guard location.path.count == 4, location.path[0] == 4, location.path[2] == 2 else {
          continue
        }
        let message = file.messageType[Int(location.path[1])]
        let field = message.field[Int(location.path[3])]
        byField["types.\(message.name).\(field.number)"] = location.leadingComments
          .split(whereSeparator: \.isWhitespace).joined(separator: " ")
      }
    }
    self.byField = byField
  }

  func text(_ field: FieldSchema, of message: MessageSchema) -> String? {
    byField["\(message.name).\(field.number)"]
  }
}
