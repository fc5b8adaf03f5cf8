import COpenSSL

/// What OpenSSL had to say when a call failed.
struct OpenSSLError: Error, CustomStringConvertible {
  let operation: String
  /// `SSL_R_…` and the like, oldest first.
  let reasons: [Int32]
  let texts: [String]

  /// Takes what this thread's error queue holds.
  init(_ operation: String) {
    var reasons: [Int32] = []
    var texts: [String] = []
    while case let error = ERR_get_error(), error != 0 {
      var buffer = [CChar](repeating: 0, count: 256)
      ERR_error_string_n(error, &buffer, buffer.count)
      let length = buffer.firstIndex(of: 0) ?? buffer.count
      texts.append(String(decoding: buffer[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self))
      reasons.append(interop_err_reason(error))
    }
    self.operation = operation
    self.reasons = reasons
    self.texts = texts
  }

  var description: String { "\(operation): \(texts.joined(separator: "; "))" }

  /// - Throws: `OpenSSLError` unless the call said 1.
  static func check(_ operation: String, _ call: () -> Int32) throws {
    ERR_clear_error()
    if call() != 1 { throw OpenSSLError(operation) }
  }

  /// - Throws: `OpenSSLError` where the call made nothing.
  static func require<Value>(_ operation: String, _ call: () -> Value?) throws -> Value {
    ERR_clear_error()
    guard let value = call() else { throw OpenSSLError(operation) }
    return value
  }
}
