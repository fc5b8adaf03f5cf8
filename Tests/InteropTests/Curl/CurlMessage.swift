import CCurl

/// A transfer for `CurlHandle`; files are named by their paths, as on curl's command line.
struct CurlRequest: Sendable {
  enum Version: Sendable {
    case http10
    case http11
    /// Offered by ALPN; the server decides.
    case http2

    var option: Int {
      switch self {
      case .http10: CURL_HTTP_VERSION_1_0
      case .http11: CURL_HTTP_VERSION_1_1
      case .http2: CURL_HTTP_VERSION_2TLS
      }
    }
  }

  var url: String
  var version = Version.http11
  var headers: [String] = []
  /// Makes it a POST.
  var body: [UInt8]?
  /// The name of another method.
  var method: String?
  var isHead = false
  /// PEM; the only certificates that are trusted.
  var authority: String?
  var authorityFile: String?
  var certificateFile: String?
  var keyFile: String?
  /// `HOST:PORT:CONNECT-HOST:CONNECT-PORT`
  var connectTo: String?
}

/// How a transfer ended.
struct CurlReply: Sendable {
  /// `CURLE_…`
  let result: UInt32
  let status: Int
  let version: Int
  /// Connections that had to be opened for it.
  let newConnections: Int
  /// Headers and trailers in their order, names in lower case.
  let headers: [(name: String, value: String)]
  let body: String

  subscript(name: String) -> String? { headers.last { $0.name == name }?.value }

  /// What curl says to the result.
  var explanation: String { String(cString: curl_easy_strerror(CURLcode(rawValue: result))) }
}
