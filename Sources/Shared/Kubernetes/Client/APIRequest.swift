import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOFoundationEssentialsCompat
import NIOHTTP1

/// One request to the kube-apiserver, without credentials.
package struct APIRequest: Sendable, CustomStringConvertible {
  package enum Verb: String, Sendable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
  }

  package var verb: Verb
  package var path: String
  package var query: [(String, String)]
  package var contentType: String
  package var body: Data?
  /// Whether doing it twice is as good as once, so that it may be sent again when the answer was lost.
  package var isRepeatable: Bool
  /// Whether errors may repeat the server's text.
  package var quotesServer: Bool

  package init(
    _ verb: Verb, _ path: String, query: [(String, String)] = [],
    contentType: String = "application/json", body: Data? = nil, isRepeatable: Bool = false,
    quotesServer: Bool = true
  ) {
    self.verb = verb
    self.path = path
    self.query = query
    self.contentType = contentType
    self.body = body
    self.isRepeatable = isRepeatable
    self.quotesServer = quotesServer
  }

  /// `VERB PATH`, without the query.
  package var description: String { "\(verb.rawValue) \(path)" }

  /// The request in the HTTP library's form.
  func http(server: String, userAgent: String, token: String?) -> HTTPClientRequest {
    let query = query.map { "\($0.percentEncoded)=\($1.percentEncoded)" }.joined(separator: "&")
    var request = HTTPClientRequest(url: server + path + (query.isEmpty ? "" : "?\(query)"))
    request.method = HTTPMethod(rawValue: verb.rawValue)
    request.headers.add(name: "accept", value: "application/json")
    request.headers.add(name: "user-agent", value: userAgent)
    if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
    if let body {
      request.headers.add(name: "content-type", value: contentType)
      request.body = .bytes(ByteBuffer(data: body))
    }
    return request
  }
}

// MARK: - Being observed

extension APIRequest {
  /// A GET without a name is a LIST.
  var observedVerb: String { verb == .get && place?.count == 1 ? "LIST" : verb.rawValue }

  /// `teleportroles/status`: without namespace and name, of which there are too many to tell apart.
  var observedResource: String {
    guard let place, let resource = place.first else { return path }
    return place.count > 2 ? "\(resource)/\(place[2])" : String(resource)
  }

  /// Resource, name and subresource, as far as the path has them; nil where it is not that of a resource.
  private var place: ArraySlice<Substring>? {
    let parts = path.split(separator: "/")
    let prefix = parts.first == "api" ? 2 : parts.first == "apis" ? 3 : nil
    guard let prefix, parts.count > prefix else { return nil }
    var rest = parts[prefix...]
    if rest.first == "namespaces", rest.count > 2 { rest = rest.dropFirst(2) }
    return ArraySlice(Array(rest))
  }
}
