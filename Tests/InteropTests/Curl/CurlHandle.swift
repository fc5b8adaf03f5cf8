import CCurl
import Credentials

/// A curl handle, which keeps its connections from one transfer to the next. Not for several threads.
final class CurlHandle {
  private let handle: UnsafeMutableRawPointer
  private let received = Received()

  /// What curl's callbacks fill.
  private final class Received {
    var head: [UInt8] = []
    var body: [UInt8] = []
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private static let isReady = interop_curl_initialize() == CURLE_OK

  init() throws {
    guard Self.isReady, let handle = curl_easy_init() else {
      throw Failure(description: "libcurl cannot be initialized")
    }
    self.handle = handle
  }

  deinit { curl_easy_cleanup(handle) }

  /// Performs transfers one after the other on one handle.
  static func perform(_ requests: [CurlRequest]) async throws -> [CurlReply] {
    try await onBlockingThread {
      let handle = try CurlHandle()
      return try requests.map(handle.perform)
    }
  }

  static func perform(_ request: CurlRequest) async throws -> CurlReply {
    try await perform([request])[0]
  }

  /// Blocks.
  func perform(_ request: CurlRequest) throws -> CurlReply {
    // Forgets options, keeps connections.
    curl_easy_reset(handle)
    (received.head, received.body) = ([], [])
    try collect()
    let lists = try configure(request)
    defer { for list in lists { curl_slist_free_all(list) } }
    let result = curl_easy_perform(handle)
    return CurlReply(
      result: result.rawValue, status: number(CURLINFO_RESPONSE_CODE),
      version: number(CURLINFO_HTTP_VERSION), newConnections: number(CURLINFO_NUM_CONNECTS),
      headers: Self.fields(received.head), body: String(decoding: received.body, as: UTF8.self))
  }

  private func collect() throws {
    let user = Unmanaged.passUnretained(received).toOpaque()
    try check(interop_curl_set_pointer(handle, CURLOPT_WRITEDATA, user))
    try check(interop_curl_set_pointer(handle, CURLOPT_HEADERDATA, user))
    try check(
      interop_curl_set_sink(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, user in
        CurlHandle.received(user)?.body.append(contentsOf: CurlHandle.bytes(bytes, size * count))
        return size * count
      })
    try check(
      interop_curl_set_sink(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, user in
        CurlHandle.received(user)?.head.append(contentsOf: CurlHandle.bytes(bytes, size * count))
        return size * count
      })
  }

  /// - Returns: lists that must live as long as the transfer.
  private func configure(_ request: CurlRequest) throws -> [UnsafeMutablePointer<curl_slist>?] {
    try check(interop_curl_set_number(handle, CURLOPT_NOSIGNAL, 1))
    try check(interop_curl_set_number(handle, CURLOPT_TIMEOUT, 20))
    // Whatever the environment says of proxies.
    try check(interop_curl_set_text(handle, CURLOPT_NOPROXY, "*"))
    try check(interop_curl_set_text(handle, CURLOPT_URL, request.url))
    try check(interop_curl_set_number(handle, CURLOPT_HTTP_VERSION, request.version.option))
    if request.isHead { try check(interop_curl_set_number(handle, CURLOPT_NOBODY, 1)) }
    if let body = request.body {
      try check(interop_curl_set_number(handle, CURLOPT_POSTFIELDSIZE, body.count))
      try body.withUnsafeBytes { bytes in
        let start = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
        try check(interop_curl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, start))
      }
    }
    let texts = [
      (CURLOPT_CUSTOMREQUEST, request.method), (CURLOPT_CAINFO, request.authorityFile),
      (CURLOPT_SSLCERT, request.certificateFile), (CURLOPT_SSLKEY, request.keyFile),
    ]
    for case (let option, let text?) in texts {
      try check(interop_curl_set_text(handle, option, text))
    }
    if let authority = request.authority {
      let bytes = Array(authority.utf8)
      try check(interop_curl_set_blob(handle, CURLOPT_CAINFO_BLOB, bytes, bytes.count))
    }
    return [
      try set(CURLOPT_HTTPHEADER, request.headers),
      try set(CURLOPT_CONNECT_TO, request.connectTo.map { [$0] } ?? []),
    ]
  }

  private func set(
    _ option: CURLoption, _ values: [String]
  ) throws -> UnsafeMutablePointer<curl_slist>? {
    let list = values.reduce(nil) { curl_slist_append($0, $1) }
    try check(interop_curl_set_list(handle, option, list))
    return list
  }

  private func number(_ info: CURLINFO) -> Int {
    var value = 0
    return interop_curl_get_number(handle, info, &value) == CURLE_OK ? value : -1
  }

  private func check(_ code: CURLcode) throws {
    guard code == CURLE_OK else {
      throw Failure(description: String(cString: curl_easy_strerror(code)))
    }
  }

  private static func received(_ user: UnsafeMutableRawPointer?) -> Received? {
    user.map { Unmanaged<Received>.fromOpaque($0).takeUnretainedValue() }
  }

  private static func bytes(_ start: UnsafeMutablePointer<CChar>?, _ count: Int) -> [UInt8] {
    Array(UnsafeRawBufferPointer(start: start, count: count))
  }

  private static func fields(_ head: [UInt8]) -> [(name: String, value: String)] {
    String(decoding: head, as: UTF8.self).split(whereSeparator: \.isNewline).compactMap { line in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      return (line[..<colon].lowercased(), String(value))
    }
  }
}
