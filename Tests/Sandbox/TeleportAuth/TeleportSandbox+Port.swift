extension TeleportSandbox {
  /// Starts on a port that the system gives to nobody else, so that it is still free after a stop.
  public static func startOnOwnPort(_ options: Options) async throws -> TeleportSandbox {
    for _ in 0..<20 {
      var options = options
      options.port = .random(in: 20_000..<32_000)
      if let sandbox = try? await start(options: options) { return sandbox }
    }
    return try await start(options: options)
  }
}
