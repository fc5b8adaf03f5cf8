/// What the `version` header of a call says about the client.
enum ClientVersion: Hashable, Sendable {
  case missing
  case known(ServerVersion)
  case unreadable(String)

  init(header: String?) {
    guard let header, !header.isEmpty else {
      self = .missing
      return
    }
    self = ServerVersion(header).map(ClientVersion.known) ?? .unreadable(header)
  }

  /// Throws where the server answers no call of this client.
  func requireSupport(by server: ServerVersion) throws(CallError) {
    guard server.major >= 18 else { return }
    switch self {
    case .missing: return
    case .unreadable: _ = try readable()
    case .known(let version):
      guard version.major >= server.major - 1 else {
        throw CallError(.accessDenied, "client version is unsupported")
      }
    }
  }

  /// The version, nil where the client does not tell it.
  func readable() throws(CallError) -> ServerVersion? {
    switch self {
    case .missing: nil
    case .known(let version): version
    case .unreadable(let text):
      throw CallError(
        .badParameter, "unrecognized client version: \(text) is not a valid semver")
    }
  }
}
