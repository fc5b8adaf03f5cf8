import CNGHTTP2

/// What nghttp2's callbacks read and write: the bodies to send, the responses that come in.
final class HTTP2Exchanges {
  var bodies: [Int32: ArraySlice<UInt8>] = [:]
  var responses: [Int32: HTTP2Response] = [:]
  var acknowledgedPings = 0

  /// The object behind the pointer that nghttp2 hands to every callback; its connection keeps it alive.
  private static func of(_ user: UnsafeMutableRawPointer?) -> HTTP2Exchanges? {
    user.map { Unmanaged<HTTP2Exchanges>.fromOpaque($0).takeUnretainedValue() }
  }

  /// To be deleted by the caller.
  static func callbacks() throws -> OpaquePointer {
    var callbacks: OpaquePointer?
    try HTTP2Error.check(
      "nghttp2_session_callbacks_new", nghttp2_session_callbacks_new(&callbacks))
    guard let callbacks else {
      throw HTTP2Error(
        operation: "nghttp2_session_callbacks_new", code: Int(NGHTTP2_ERR_NOMEM.rawValue))
    }
    nghttp2_session_callbacks_set_on_header_callback(callbacks) {
      _, frame, name, nameCount, value, valueCount, _, user in
      guard let frame, let exchanges = HTTP2Exchanges.of(user) else { return 0 }
      exchanges.add(
        HTTP2Response.Field(
          name: HTTP2Exchanges.text(name, nameCount),
          value: HTTP2Exchanges.text(value, valueCount)),
        from: frame.pointee)
      return 0
    }
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) {
      _, _, stream, bytes, count, user in
      HTTP2Exchanges.of(user)?.responses[stream]?.body
        .append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
      return 0
    }
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, user in
      guard let head = frame?.pointee.hd, UInt32(head.type) == NGHTTP2_PING.rawValue,
        UInt32(head.flags) & NGHTTP2_FLAG_ACK.rawValue != 0
      else { return 0 }
      HTTP2Exchanges.of(user)?.acknowledgedPings += 1
      return 0
    }
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, stream, code, user in
      HTTP2Exchanges.of(user)?.responses[stream]?.errorCode = code
      return 0
    }
    return callbacks
  }

  /// Gives nghttp2 the next part of a stream's body.
  static var bodySource: nghttp2_data_provider {
    nghttp2_data_provider(
      source: nghttp2_data_source(),
      read_callback: { _, stream, buffer, capacity, flags, _, user in
        guard let exchanges = HTTP2Exchanges.of(user), let buffer else { return 0 }
        let part = (exchanges.bodies[stream] ?? []).prefix(capacity)
        part.withUnsafeBytes { bytes in
          UnsafeMutableRawBufferPointer(start: buffer, count: capacity).copyMemory(from: bytes)
        }
        exchanges.bodies[stream]?.removeFirst(part.count)
        if exchanges.bodies[stream]?.isEmpty ?? true {
          flags?.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
        }
        return part.count
      })
  }

  private func add(_ field: HTTP2Response.Field, from frame: nghttp2_frame) {
    if frame.headers.cat == NGHTTP2_HCAT_RESPONSE {
      responses[frame.hd.stream_id]?.headers.append(field)
    } else {
      responses[frame.hd.stream_id]?.trailers.append(field)
    }
  }

  private static func text(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> String {
    String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }
}
