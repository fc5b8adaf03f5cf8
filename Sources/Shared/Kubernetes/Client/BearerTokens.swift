/// Gives the bearer token that is valid now.
///
/// A token file is read again when the last reading is a minute old or the server refused the token.
actor BearerTokens {
  private static let lifetime: Duration = .seconds(60)

  private let origin: KubernetesConfiguration.BearerToken
  private let files: FileAccess
  private let clock: MonotonicClock
  private var last: (token: String, readAt: Duration)?

  init(
    _ origin: KubernetesConfiguration.BearerToken, files: FileAccess, clock: MonotonicClock
  ) {
    self.origin = origin
    self.files = files
    self.clock = clock
  }

  /// - Throws: `KubernetesError` with `.unauthorized` where the file cannot be read and never could.
  func current() throws(KubernetesError) -> String {
    switch origin {
    case .fixed(let token): return token.reveal()
    case .file(let path):
      if let last, clock.now - last.readAt < Self.lifetime { return last.token }
      return try read(path)
    }
  }

  /// Reads the token again because the server refused `refused`.
  ///
  /// - Returns: Whether there is another token to try.
  func renew(refused: String) -> Bool {
    guard case .file(let path) = origin else { return false }
    if let last, last.token != refused { return true }
    guard let token = try? read(path) else { return false }
    return token != refused
  }

  private func read(_ path: String) throws(KubernetesError) -> String {
    if let bytes = try? files.read(path) {
      let token = String(decoding: bytes, as: UTF8.self).trimmed
      if !token.isEmpty {
        last = (token, clock.now)
        return token
      }
    }
    // The file may be missing for a moment while it is replaced: the last token is still the best guess.
    if let last { return last.token }
    throw KubernetesError(.unauthorized, "the token file \(path) is empty or cannot be read")
  }
}
