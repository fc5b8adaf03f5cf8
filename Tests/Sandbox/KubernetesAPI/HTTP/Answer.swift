import Documents

/// A complete response.
struct Answer: Sendable {
  var code: Int
  var bytes: [UInt8]
  var contentType = MediaType.json
  var warnings: [String] = []
  var retryAfterSeconds: Int?

  init(_ json: JSONValue, code: Int = 200) {
    self.code = code
    bytes = json.jsonBytes
  }

  init(bytes: [UInt8], code: Int = 200) {
    self.code = code
    self.bytes = bytes
  }

  init(text: String) {
    code = 200
    bytes = Array(text.utf8)
    contentType = "text/plain; charset=utf-8"
  }

  init(_ status: APIStatus) {
    if status == .noSuchPath {
      self.init(text: "404 page not found\n")
      code = 404
      return
    }
    self.init(status.json, code: status.code)
    retryAfterSeconds = status.retryAfterSeconds
  }
}
