import CNGHTTP2

/// nghttp2 cannot make sense of what the server sends, or cannot go on.
struct HTTP2Error: Error, CustomStringConvertible {
  let operation: String
  /// `NGHTTP2_ERR_…`
  let code: Int

  var description: String {
    "\(operation): \(String(cString: nghttp2_strerror(Int32(code))))"
  }

  /// - Throws: where the result is one of nghttp2's error codes, which are negative.
  @discardableResult
  static func check<Result: BinaryInteger>(_ operation: String, _ result: Result) throws -> Result {
    if result < 0 { throw HTTP2Error(operation: operation, code: Int(result)) }
    return result
  }
}
