import SwiftProtobuf

/// The comments of the schema files, which describe the fields to `kubectl explain`.
struct SchemaComments {
  /// Keyed by the message's full name and the field's number.
  private let byField: [String: String]

  init(descriptorSet base64: String = EmbeddedDescriptors.withComments) throws {
    var byField: [String: String] = [:]
    for file in try DescriptorSet.decode(base64: base64) where DescriptorSet.isSchema(file) {
      for location in file.sourceCodeInfo.location where location.hasLeadingComments {
        guard let field = Self.field(at: location.path[...], of: file) else { continue }
        byField[field] = location.leadingComments
          .split(whereSeparator: \.isWhitespace).joined(separator: " ")
      }
    }
    self.byField = byField
  }

  /// - Parameter path: [4, message, 3, nested message, …, 2, field], as google/protobuf/descriptor.proto numbers them.
  private static func field(
    at path: ArraySlice<Int32>, of file: Google_Protobuf_FileDescriptorProto
  ) -> String? {
    guard path.count >= 4, path.first == 4 else { return nil }
    var message = file.messageType[Int(path[1])]
    var name = "\(file.package).\(message.name)"
    var rest = path.dropFirst(2)
    while rest.count >= 4, rest.first == 3, let index = rest.dropFirst().first {
      message = message.nestedType[Int(index)]
      name += ".\(message.name)"
      rest = rest.dropFirst(2)
    }
    guard rest.count == 2, rest.first == 2, let index = rest.last else { return nil }
    return "\(name).\(message.field[Int(index)].number)"
  }

  func text(_ field: FieldSchema, of message: MessageSchema) -> String? {
    byField["\(message.name).\(field.number)"]
  }
}
