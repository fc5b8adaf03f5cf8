import GRPCCore

// Resources are bytes on their way to and from the server; their schema is data, not Swift types.

struct RawSerializer: MessageSerializer {
  func serialize<Bytes: GRPCContiguousBytes>(_ message: [UInt8]) -> Bytes { Bytes(message) }
}

struct RawDeserializer: MessageDeserializer {
  func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) -> [UInt8] {
    bytes.withUnsafeBytes { Array($0) }
  }
}

extension MethodDescriptor {
  /// - Parameter path: "package.Service/Method"
  init(path: String) {
    let parts = path.split(separator: "/", maxSplits: 1).map(String.init)
    self.init(fullyQualifiedService: parts.first ?? "", method: parts.last ?? "")
  }
}
