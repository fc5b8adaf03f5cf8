import CNGHTTP2

/// Header fields in nghttp2's form.
enum HTTP2HeaderBlock {
  /// The fields are there only while `body` runs; nghttp2 makes copies.
  static func with<Value>(
    _ fields: [(String, String)],
    _ body: (UnsafeMutableBufferPointer<nghttp2_nv>) throws -> Value
  ) rethrows -> Value {
    var texts: [UnsafeMutableBufferPointer<UInt8>] = []
    defer { for text in texts { text.deallocate() } }
    func copy(_ text: String) -> UnsafeMutableBufferPointer<UInt8> {
      let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.utf8.count)
      _ = buffer.initialize(from: text.utf8)
      texts.append(buffer)
      return buffer
    }
    var block = fields.map { field in
      let name = copy(field.0)
      let value = copy(field.1)
      return nghttp2_nv(
        name: name.baseAddress, value: value.baseAddress, namelen: name.count,
        valuelen: value.count, flags: UInt8(NGHTTP2_NV_FLAG_NONE.rawValue))
    }
    return try block.withUnsafeMutableBufferPointer { try body($0) }
  }
}
