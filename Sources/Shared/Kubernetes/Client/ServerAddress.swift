/// The parts of a server's base URL.
struct ServerAddress: Hashable {
  let scheme: String
  let host: String
  /// With the port, where there is one, and all that follows.
  let rest: String

  init(_ url: String) {
    let marker = url.firstRange(of: "://")
    scheme = marker.map { String(url[..<$0.lowerBound]) } ?? "https"
    let address = marker.map { url[$0.upperBound...] } ?? url[...]
    let end: String.Index
    if address.first == "[", let bracket = address.firstIndex(of: "]") {
      end = address.index(after: bracket)
      host = String(address[address.index(after: address.startIndex)..<bracket])
    } else {
      end = address.firstIndex { $0 == ":" || $0 == "/" } ?? address.endIndex
      host = String(address[..<end])
    }
    rest = String(address[end...])
  }

  /// The same URL with another host.
  func url(host: String) -> String { "\(scheme)://\(host)\(rest)" }
}
