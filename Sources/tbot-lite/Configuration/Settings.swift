import FoundationEssentials
import Logging
import Operations
import TeleportClient

/// What `start` was told, from options, environment, configuration file and Teleport's own file, checked.
struct Settings: Sendable {
  /// The auth service, or a proxy of its cluster.
  let authServer: AuthAddress
  let isProxy: Bool
  let joining: JoinSettings
  /// At least one; no two write to the same place.
  let outputs: [Output]
  /// Of outputs that have none of their own, and of the bot's own identity.
  let certificateTTL: Duration
  /// Shorter than every TTL; a third of the shortest unless it was given.
  let renewalInterval: Duration
  let diagnosticsAddress: ListenAddress?
  let logLevel: Logger.Level
  let logFormat: LogFormat
  let oneshot: Bool
  /// The command, and its arguments, to run after each publication; empty for none.
  let onRenew: [String]
  /// What was given but has no effect or is unlikely to be meant; worth a line in the log at the start.
  let notes: [String]

  /// - Parameters:
  ///   - given: what stood on the command line, by long name without dashes; several values joined with commas.
  ///   - workingDirectory: what relative paths are compared by.
  ///   - readFile: the text of a file; nil where it cannot be read.
  init(
    _ given: [String: String?], environment: [String: String],
    workingDirectory: String = FileManager.default.currentDirectoryPath,
    readFile: (String) -> String?
  ) throws(InvalidOption) {
    let own = SettingSource(given, environment: environment, file: [:])
    var file: ConfigurationFile?
    if let path = own.text("config") {
      guard let text = readFile(path) else {
        throw InvalidOption("\(own.name("config")): cannot read \(path)")
      }
      file = try ConfigurationFile(text, name: path)
    }
    let source = SettingSource(given, environment: environment, file: file?.values ?? [:])
    var notes: [String] = []
    joining = try JoinSettings(source, file, environment, readFile, notes: &notes)
    isProxy = source.text("proxy-server") != nil
    authServer =
      try isProxy
      ? Self.proxyServer(source, joining) : Self.authServer(source, joining, notes: &notes)
    let certificateTTL = try source.value(
      "certificate-ttl", default: "1h", SettingForm.lifetime, SettingForm.lifetime)
    self.certificateTTL = certificateTTL
    outputs = try Self.outputs(source, file, joining, certificateTTL, workingDirectory)
    renewalInterval = try Self.renewalInterval(source, certificateTTL, outputs)
    diagnosticsAddress = try source.value("diag-addr", default: "", "host:port, or 0 for none") {
      ListenAddress.parse($0)
    }
    let debug = try source.value("debug", default: "false", "true or false") { Bool($0) }
    logLevel = try source.value(
      "log-level", default: debug ? "debug" : "info", "one of \(Logger.Level.names)"
    ) { Logger.Level(name: $0) }
    logFormat = try source.value("log-format", default: "text", "text or json") {
      LogFormat(rawValue: $0)
    }
    oneshot = try source.value("oneshot", default: "false", "true or false") { Bool($0) }
    onRenew = try source.value(
      "on-renew", default: "", "a command whose quotes are closed", CommandWords.split)
    self.notes = notes
  }

  private static func proxyServer(
    _ source: SettingSource, _ joining: JoinSettings
  ) throws(InvalidOption) -> AuthAddress {
    let name = source.name("proxy-server")
    if case .localAdmin = joining {
      throw InvalidOption(
        "\(name): join method local-admin works beside the auth service only; leave it out, or set --join-method"
      )
    }
    if source.text("auth-server") != nil {
      throw InvalidOption("\(name) and \(source.name("auth-server")): give one of them")
    }
    // No default: proxies listen on 443 or on 3080.
    return try source.value("proxy-server", default: "", "host:port, with the port") { text in
      text.last?.isNumber == true && text.contains(":" as Character) ? AuthAddress(text) : nil
    }
  }

  private static func authServer(
    _ source: SettingSource, _ joining: JoinSettings, notes: inout [String]
  ) throws(InvalidOption) -> AuthAddress {
    var fallback = ""
    if case .localAdmin = joining { fallback = "127.0.0.1:3025" }
    if source.text("auth-server") == nil, fallback.isEmpty {
      throw InvalidOption(
        "--auth-server: name the auth service to join, as in auth.example.com:3025, or --proxy-server"
      )
    }
    let address = try source.value("auth-server", default: fallback, "host:port") {
      AuthAddress($0)
    }
    if [443, 3080, 3023, 3024].contains(address.port) {
      notes.append(
        "\(source.name("auth-server")): port \(address.port) is usually a proxy's, which --proxy-server is for"
      )
    }
    return address
  }

  private static func renewalInterval(
    _ source: SettingSource, _ certificateTTL: Duration, _ outputs: [Output]
  ) throws(InvalidOption) -> Duration {
    let shortest = outputs.min { $0.certificateTTL < $1.certificateTTL }
    let lifetime = min(certificateTTL, shortest?.certificateTTL ?? certificateTTL)
    guard source.text("renewal-interval") != nil else { return lifetime / 3 }
    let interval = try source.value(
      "renewal-interval", default: "", SettingForm.interval, SettingForm.interval)
    if interval < lifetime { return interval }
    let other =
      lifetime == certificateTTL
      ? source.name("certificate-ttl") : "the TTL of output \(shortest?.name ?? "")"
    throw InvalidOption(
      "\(source.name("renewal-interval")) must be shorter than \(other), or there is no time to "
        + "try again")
  }
}
