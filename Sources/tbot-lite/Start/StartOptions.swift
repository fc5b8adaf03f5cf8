import ArgumentParser

/// The options as text. What they mean is in `Settings`, where the environment has its say too.
struct StartOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Teleport's configuration file, read for the data directory.",
      discussion: "Default: /etc/teleport/teleport.yaml, then /etc/teleport.yaml."))
  var teleportConfig: String?

  @Option(help: "The auth service's data directory. (default: from the file, or /var/lib/teleport)")
  var teleportDataDir: String?

  @Option(help: "host:port of the auth service. (default: 127.0.0.1:3025)")
  var authServer: String?

  @Option(
    help: "The directory to publish certificates in. (default: /var/run/teleport-identity)")
  var destination: String?

  @Option(help: "The bot's name; its user is bot-NAME. (default: teleport-operator)")
  var botName: String?

  @Option(help: "The role that the bot holds. (default: teleport-operator)")
  var roleName: String?

  @Option(help: "How long certificates are valid, as in 1h or 90m. (default: 1h)")
  var certificateTtl: String?

  @Option(
    help:
      "How often to renew at least; sooner if the server cuts the TTL. (default: a third of the TTL)"
  )
  var renewalInterval: String?

  @Option(help: "host:port for /metrics, /livez and /readyz. (default: none)")
  var diagAddr: String?

  @Option(help: "trace, debug, info, notice, warning, error or critical. (default: info)")
  var logLevel: String?

  @Option(help: "text or json. (default: text)")
  var logFormat: String?

  @Flag(help: "Issue and publish once, waiting up to 15 s for the auth service, then end.")
  var oneshot = false

  var given: [String: String?] {
    [
      "teleport-config": teleportConfig, "teleport-data-dir": teleportDataDir,
      "auth-server": authServer, "destination": destination, "bot-name": botName,
      "role-name": roleName, "certificate-ttl": certificateTtl,
      "renewal-interval": renewalInterval, "diag-addr": diagAddr, "log-level": logLevel,
      "log-format": logFormat, "oneshot": oneshot ? "true" : nil,
    ]
  }
}
