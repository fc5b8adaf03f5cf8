import FoundationEssentials
import SwiftProtobuf

/// A compiled set of .proto files.
enum DescriptorSet {
  static func decode(base64: String) throws -> [Google_Protobuf_FileDescriptorProto] {
    let data = Data(base64Encoded: base64) ?? Data()
    return try Google_Protobuf_FileDescriptorSet(
      serializedBytes: data, extensions: Teleport_Schema_Options_Extensions
    ).file
  }

  /// Whether the file says how messages look, and not how to say it. Of Protobuf's own messages, `Struct` is made of
  /// messages like any other.
  static func isSchema(_ file: Google_Protobuf_FileDescriptorProto) -> Bool {
    if file.package == "google.protobuf" { return file.name.hasSuffix("/struct.proto") }
    return file.package != "teleport.schema"
  }
}

extension Google_Protobuf_FileDescriptorProto {
  /// All messages but map entries, the nested ones too, by full name.
  var allMessages: [(name: String, descriptor: Google_Protobuf_DescriptorProto)] {
    messageType.flatMap { $0.all(in: package) }
  }

  var allEnums: [(name: String, descriptor: Google_Protobuf_EnumDescriptorProto)] {
    enumType.map { ("\(package).\($0.name)", $0) }
      + allMessages.flatMap { message in
        message.descriptor.enumType.map { ("\(message.name).\($0.name)", $0) }
      }
  }
}

extension Google_Protobuf_DescriptorProto {
  fileprivate func all(in scope: String) -> [(String, Google_Protobuf_DescriptorProto)] {
    let fullName = "\(scope).\(name)"
    return [(fullName, self)]
      + nestedType.filter { !$0.options.mapEntry }.flatMap { $0.all(in: fullName) }
  }
}
