import Testing

@testable import TeleportSchema

/// A kind that has a secret field in every place where one can be. Compiled with protoc from:
///
///     message Sample {
///       option (teleport.schema.resource) = { kind: "sample" };
///       string kind = 1;
///       string version = 3;
///       Metadata metadata = 4;
///       SampleSpec spec = 5;
///     }
///     message SampleSpec {
///       string open = 1;
///       string password = 2 [(teleport.schema.sensitive) = true];
///       bytes key = 3 [(teleport.schema.sensitive) = true];
///       repeated string passwords = 4 [(teleport.schema.sensitive) = true];
///       map<string, string> tokens = 5 [(teleport.schema.sensitive) = true];
///       repeated SampleServer servers = 6;
///       map<string, SampleServer> named = 7;
///       LabelValues secret_labels = 8 [(teleport.schema.sensitive) = true];
///       SampleServer hidden = 9 [(teleport.schema.sensitive) = true];
///       string managed = 10
///           [(teleport.schema.sensitive) = true, (teleport.schema.server_managed) = true];
///       int64 pin = 11 [(teleport.schema.sensitive) = true];
///       LabelValues labels = 12;
///     }
///     message SampleServer {
///       string address = 1;
///       string password = 2 [(teleport.schema.sensitive) = true];
///     }
enum SampleSchema {
  static func resource() throws -> ResourceSchema {
    let text = descriptors.split(separator: "\n").joined()
    return try #require(try SchemaRegistry(descriptorSet: text).resources.first)
  }

  private static let descriptors = """
    CqYHCgxzYW1wbGUucHJvdG8SBXR5cGVzGgxjb21tb24ucHJvdG8aDW9wdGlvbnMucHJvdG8imAEKBlNhbXBsZRISCgRraW5k
    GAEgASgJUgRraW5kEhgKB3ZlcnNpb24YAyABKAlSB3ZlcnNpb24SKwoIbWV0YWRhdGEYBCABKAsyDy50eXBlcy5NZXRhZGF0
    YVIIbWV0YWRhdGESJQoEc3BlYxgFIAEoCzIRLnR5cGVzLlNhbXBsZVNwZWNSBHNwZWM6DIq1GAgKBnNhbXBsZSKCBQoKU2Ft
    cGxlU3BlYxISCgRvcGVuGAEgASgJUgRvcGVuEiAKCHBhc3N3b3JkGAIgASgJQgSgtRgBUghwYXNzd29yZBIWCgNrZXkYAyAB
    KAxCBKC1GAFSA2tleRIiCglwYXNzd29yZHMYBCADKAlCBKC1GAFSCXBhc3N3b3JkcxI7CgZ0b2tlbnMYBSADKAsyHS50eXBl
    cy5TYW1wbGVTcGVjLlRva2Vuc0VudHJ5QgSgtRgBUgZ0b2tlbnMSLQoHc2VydmVycxgGIAMoCzITLnR5cGVzLlNhbXBsZVNl
    cnZlclIHc2VydmVycxIyCgVuYW1lZBgHIAMoCzIcLnR5cGVzLlNhbXBsZVNwZWMuTmFtZWRFbnRyeVIFbmFtZWQSPQoNc2Vj
    cmV0X2xhYmVscxgIIAEoCzISLnR5cGVzLkxhYmVsVmFsdWVzQgSgtRgBUgxzZWNyZXRMYWJlbHMSMQoGaGlkZGVuGAkgASgL
    MhMudHlwZXMuU2FtcGxlU2VydmVyQgSgtRgBUgZoaWRkZW4SIgoHbWFuYWdlZBgKIAEoCUIIoLUYAZC1GAFSB21hbmFnZWQS
    FgoDcGluGAsgASgDQgSgtRgBUgNwaW4SKgoGbGFiZWxzGAwgASgLMhIudHlwZXMuTGFiZWxWYWx1ZXNSBmxhYmVscxo5CgtU
    b2tlbnNFbnRyeRIQCgNrZXkYASABKAlSA2tleRIUCgV2YWx1ZRgCIAEoCVIFdmFsdWU6AjgBGk0KCk5hbWVkRW50cnkSEAoD
    a2V5GAEgASgJUgNrZXkSKQoFdmFsdWUYAiABKAsyEy50eXBlcy5TYW1wbGVTZXJ2ZXJSBXZhbHVlOgI4ASJKCgxTYW1wbGVT
    ZXJ2ZXISGAoHYWRkcmVzcxgBIAEoCVIHYWRkcmVzcxIgCghwYXNzd29yZBgCIAEoCUIEoLUYAVIIcGFzc3dvcmRiBnByb3Rv
    Mw==
    """
}
