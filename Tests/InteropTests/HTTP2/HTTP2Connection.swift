import CNGHTTP2

/// An HTTP/2 client: nghttp2 for the protocol, OpenSSL for the transport. Not for several threads.
///
/// nghttp2 checks every frame and header that the server sends; what breaks RFC 9113 ends in an error.
final class HTTP2Connection {
  private let transport: TLSConnection
  private let session: OpaquePointer
  private let exchanges: HTTP2Exchanges

  /// Sends the client's preface and settings.
  init(over transport: TLSConnection) throws {
    self.transport = transport
    exchanges = HTTP2Exchanges()
    let callbacks = try HTTP2Exchanges.callbacks()
    defer { nghttp2_session_callbacks_del(callbacks) }
    var session: OpaquePointer?
    try HTTP2Error.check(
      "nghttp2_session_client_new",
      nghttp2_session_client_new(
        &session, callbacks, Unmanaged.passUnretained(exchanges).toOpaque()))
    guard let session else {
      throw HTTP2Error(
        operation: "nghttp2_session_client_new", code: Int(NGHTTP2_ERR_NOMEM.rawValue))
    }
    self.session = session
    try HTTP2Error.check(
      "nghttp2_submit_settings",
      nghttp2_submit_settings(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), nil, 0))
  }

  deinit { nghttp2_session_del(session) }

  /// What the server allows at one time; known after the first response.
  var concurrentStreamLimit: UInt32 {
    nghttp2_session_get_remote_settings(session, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS)
  }

  /// Sends all requests at once, each on a stream of its own, and waits for all responses, in the same order.
  ///
  /// - Throws: `HTTP2Error` or `OpenSSLError` where the connection breaks; a stream that was reset has an `errorCode`.
  func perform(_ requests: [HTTP2Request]) throws -> [HTTP2Response] {
    let streams = try requests.map(submit)
    try run { streams.allSatisfy { exchanges.responses[$0]?.errorCode != nil } }
    return streams.compactMap { exchanges.responses[$0] }
  }

  func perform(_ request: HTTP2Request) throws -> HTTP2Response { try perform([request])[0] }

  /// Sends a PING and waits for its acknowledgement.
  func ping() throws {
    let expected = exchanges.acknowledgedPings + 1
    try HTTP2Error.check(
      "nghttp2_submit_ping",
      nghttp2_submit_ping(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), nil))
    try run { exchanges.acknowledgedPings == expected }
  }

  /// Says goodbye.
  func end() throws {
    nghttp2_session_terminate_session(session, NGHTTP2_NO_ERROR.rawValue)
    try flush()
    transport.end()
  }

  private func submit(_ request: HTTP2Request) throws -> Int32 {
    let stream = try HTTP2HeaderBlock.with(request.fields) { fields in
      guard !request.body.isEmpty else { return try submit(fields, nil) }
      var source = HTTP2Exchanges.bodySource
      return try submit(fields, &source)
    }
    exchanges.bodies[stream] = request.body[...]
    exchanges.responses[stream] = HTTP2Response()
    return stream
  }

  private func submit(
    _ fields: UnsafeMutableBufferPointer<nghttp2_nv>,
    _ source: UnsafePointer<nghttp2_data_provider>?
  ) throws -> Int32 {
    try HTTP2Error.check(
      "nghttp2_submit_request",
      nghttp2_submit_request(session, nil, fields.baseAddress, fields.count, source, nil))
  }

  private func run(until isDone: () -> Bool) throws {
    try flush()
    while !isDone() {
      let bytes = try transport.read()
      guard !bytes.isEmpty else {
        throw HTTP2Error(operation: "read", code: Int(NGHTTP2_ERR_EOF.rawValue))
      }
      try HTTP2Error.check(
        "nghttp2_session_mem_recv", nghttp2_session_mem_recv(session, bytes, bytes.count))
      // Acknowledgements and window updates.
      try flush()
    }
  }

  private func flush() throws {
    var bytes: UnsafePointer<UInt8>?
    while case let count = try HTTP2Error.check(
      "nghttp2_session_mem_send", nghttp2_session_mem_send(session, &bytes)), count > 0
    {
      try transport.write(UnsafeBufferPointer(start: bytes, count: count))
    }
  }
}
