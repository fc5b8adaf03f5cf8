import COpenSSL

/// PEM text as OpenSSL's memory streams read and write it.
enum OpenSSLText {
  static func reading<Value>(
    _ text: String, _ body: (OpaquePointer) throws -> Value
  ) throws -> Value {
    let bytes = Array(text.utf8)
    return try bytes.withUnsafeBytes { buffer in
      let stream = try OpenSSLError.require("BIO_new_mem_buf") {
        BIO_new_mem_buf(buffer.baseAddress, Int32(buffer.count))
      }
      defer { BIO_free(stream) }
      return try body(stream)
    }
  }

  static func writing(_ operation: String, _ body: (OpaquePointer) -> Int32) throws -> String {
    let stream = try OpenSSLError.require("BIO_new") { BIO_new(BIO_s_mem()) }
    defer { BIO_free(stream) }
    try OpenSSLError.check(operation) { body(stream) }
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while case let count = BIO_read(stream, &buffer, Int32(buffer.count)), count > 0 {
      text += buffer[..<Int(count)]
    }
    return String(decoding: text, as: UTF8.self)
  }
}
