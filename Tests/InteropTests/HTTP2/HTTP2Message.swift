/// A request for `HTTP2Connection`.
struct HTTP2Request: Sendable {
  var method = "GET"
  var authority: String
  var path: String
  /// Beside the pseudo-headers; names in lower case.
  var headers: [(String, String)] = []
  var body: [UInt8] = []

  var fields: [(String, String)] {
    [(":method", method), (":scheme", "https"), (":authority", authority), (":path", path)]
      + headers
  }
}

/// What a stream brought.
struct HTTP2Response: Sendable {
  struct Field: Hashable, Sendable {
    let name: String
    let value: String
  }

  var headers: [Field] = []
  var trailers: [Field] = []
  var body: [UInt8] = []
  /// RFC 9113 section 7; 0 for a stream that ended in good order. nil while it is open.
  var errorCode: UInt32?

  var status: String? { self[":status"] }

  var text: String { String(decoding: body, as: UTF8.self) }

  /// A header's value.
  subscript(name: String) -> String? { headers.first { $0.name == name }?.value }

  /// A trailer's value; of a response without a body, its only headers are its trailers.
  func trailer(_ name: String) -> String? {
    trailers.first { $0.name == name }?.value ?? self[name]
  }
}
