import ArgumentParser

/// How to find Teleport.
struct TeleportOptions: ParsableArguments {
  @Option(help: "The directory with tlscert, key and CA. (default: /var/run/teleport-identity)")
  var identityDir: String?

  @Option(help: "host:port of the Teleport auth service. (default: 127.0.0.1:3025)")
  var authServer: String?

  /// By long name, for `RunSettings`.
  var given: [String: String?] { ["identity-dir": identityDir, "auth-server": authServer] }
}
