import ArgumentParser

/// The options as text. What they mean is in `Settings`, where the environment and the configuration file have their
/// say too.
struct StartOptions: ParsableArguments {
  @Option(
    name: [.customShort("c"), .long],
    help: ArgumentHelp(
      "A configuration file: tbot's keys, version v2.",
      discussion: "What options and variables say wins over it.", valueName: "file"))
  var config: String?

  @OptionGroup(title: "Teleport") var cluster: ClusterOptions
  @OptionGroup(title: "Join method local-admin") var localAdmin: LocalAdminOptions
  @OptionGroup(title: "Join methods token and kubernetes") var onboarding: OnboardingOptions
  @OptionGroup(title: "Outputs") var outputs: OutputOptions
  @OptionGroup(title: "Running") var running: RunningOptions

  /// What was given, by long name; several values joined with commas.
  var given: [String: String?] {
    [
      cluster.given, localAdmin.given, onboarding.given, outputs.given, running.given,
      ["config": config],
    ].reduce(into: [:]) { all, some in all.merge(some) { first, _ in first } }
  }
}

struct ClusterOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The auth service. (default with local-admin: 127.0.0.1:3025)", valueName: "host:port"))
  var authServer: String?

  @Option(
    help: ArgumentHelp(
      "A proxy with TLS routing instead, for token and kubernetes, from Teleport 15 on.",
      valueName: "host:port"))
  var proxyServer: String?

  @Option(
    help: ArgumentHelp(
      "local-admin, token or kubernetes. (default: local-admin)",
      discussion: """
        local-admin: beside the auth service, with its own admin identity; nothing is kept, nothing can get out of step. \
        token: anywhere, with a join token that the first join uses up; --storage keeps the renewable identity. \
        kubernetes: in a pod, with its service account token.
        """, valueName: "method"))
  var joinMethod: String?

  @Option(
    help: ArgumentHelp(
      "Roles, separated by commas.",
      discussion: """
        local-admin: roles that are there already and that the bot is to hold, instead of the role that tbot-lite keeps. \
        token, kubernetes: which of its roles the bot asks for. (default: all)
        """))
  var roles: [String] = []

  var given: [String: String?] {
    [
      "auth-server": authServer, "proxy-server": proxyServer, "join-method": joinMethod,
      "roles": ListText.join(roles),
    ]
  }
}

struct LocalAdminOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Teleport's configuration file, read for the data directory.",
      discussion: "Default: /etc/teleport/teleport.yaml, then /etc/teleport.yaml.",
      valueName: "file"))
  var teleportConfig: String?

  @Option(
    help: ArgumentHelp(
      "The auth service's data directory. (default: from the file, or /var/lib/teleport)",
      valueName: "directory"))
  var teleportDataDir: String?

  @Option(
    help: ArgumentHelp(
      "The bot's name; its user is bot-NAME. (default: teleport-operator)", valueName: "name"))
  var botName: String?

  @Option(
    help: ArgumentHelp(
      "The role that tbot-lite keeps and the bot holds. (default: teleport-operator)",
      valueName: "name"))
  var roleName: String?

  var given: [String: String?] {
    [
      "teleport-config": teleportConfig, "teleport-data-dir": teleportDataDir, "bot-name": botName,
      "role-name": roleName,
    ]
  }
}

struct OnboardingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A file with the join token, named beginning with / or ./; for kubernetes its name will do.",
      discussion: """
        Everybody on a machine can read the arguments of its processes: with method token the token itself is not \
        taken here, but in TBOT_LITE_TOKEN.
        """))
  var token: String?

  @Option(
    help: ArgumentHelp(
      "What the cluster's CA must be, as `tctl status` prints it; may be repeated.",
      discussion: "Give two during a rotation of the host CA.", valueName: "sha256:…"))
  var caPin: [String] = []

  @Option(help: ArgumentHelp("A PEM file with the cluster's CA, instead.", valueName: "file"))
  var caPath: String?

  @Option(
    name: [.customLong("storage"), .customLong("data-dir")],
    help: ArgumentHelp(
      "Where join method token keeps the bot's own identity.",
      discussion: "Must outlive the bot; no two bots may share it.", valueName: "directory"))
  var storage: String?

  var given: [String: String?] {
    ["token": token, "ca-pin": ListText.join(caPin), "ca-path": caPath, "storage": storage]
  }
}

struct OutputOptions: ParsableArguments {
  @Option(
    name: [.customLong("destination"), .customLong("destination-dir")],
    help: ArgumentHelp(
      "The directory to publish in. (default: /var/run/teleport-identity)",
      discussion: "Short for --output identity:DIRECTORY.", valueName: "directory"))
  var destination: String?

  @Option(
    help: ArgumentHelp(
      "identity:DIRECTORY, tls:DIRECTORY or kubernetes-secret:[NAMESPACE/]NAME; may be repeated.",
      valueName: "format:destination"))
  var output: [String] = []

  @Option(
    help: ArgumentHelp(
      "owner: files 0600. group: 0640, so that a second user may read. (default: owner)"))
  var mode: String?

  @Option(help: ArgumentHelp("The group of mode group: a name or a number.", valueName: "group"))
  var group: String?

  @Option(
    help: ArgumentHelp(
      "How long certificates are valid, as in 1h or 90m. (default: 1h)", valueName: "duration"))
  var certificateTtl: String?

  @Option(
    help: ArgumentHelp(
      "How often to renew at least; sooner if the server cuts the TTL. (default: a third of the TTL)",
      valueName: "duration"))
  var renewalInterval: String?

  @Option(
    help: ArgumentHelp(
      "What to run after each publication.",
      discussion: "Split at blanks, with quotes respected; no shell.", valueName: "command"))
  var onRenew: String?

  var given: [String: String?] {
    [
      "destination": destination, "output": ListText.join(output), "mode": mode, "group": group,
      "certificate-ttl": certificateTtl, "renewal-interval": renewalInterval, "on-renew": onRenew,
    ]
  }
}

struct RunningOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where to serve /metrics, /livez and /readyz. (default: nowhere)", valueName: "host:port"))
  var diagAddr: String?

  @Option(
    help: ArgumentHelp(
      "trace, debug, info, notice, warning, error or critical. (default: info)", valueName: "level")
  )
  var logLevel: String?

  @Option(help: ArgumentHelp("text or json. (default: text)", valueName: "format"))
  var logFormat: String?

  @Flag(name: [.customShort("d"), .long], help: "The same as --log-level debug.")
  var debug = false

  @Flag(help: "Issue and publish once, waiting up to 15 s for the auth service, then end.")
  var oneshot = false

  var given: [String: String?] {
    [
      "diag-addr": diagAddr, "log-level": logLevel, "log-format": logFormat,
      "debug": debug ? "true" : nil, "oneshot": oneshot ? "true" : nil,
    ]
  }
}
