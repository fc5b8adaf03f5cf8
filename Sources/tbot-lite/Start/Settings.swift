import Documents
import Logging
import Operations
import TeleportClient
import TeleportSchema

/// What `start` was told, from options, environment and Teleport's configuration file, checked.
struct Settings: Sendable {
  let dataDirectory: String
  let authServer: AuthAddress
  let destination: String
  let botName: String
  let roleName: String
  let certificateTTL: Duration
  let renewalInterval: Duration
  let diagnosticsAddress: ListenAddress?
  let logLevel: Logger.Level
  let logFormat: LogFormat
  let oneshot: Bool

  static let configurationFiles = ["/etc/teleport/teleport.yaml", "/etc/teleport.yaml"]

  /// - Parameter readFile: the text of a file; nil where it cannot be read.
  init(
    _ given: [String: String?], environment: [String: String], readFile: (String) -> String?
  ) throws(InvalidOption) {
    let source = OptionSource(prefix: "TBOT_LITE", given: given, environment: environment)
    dataDirectory = try Self.dataDirectory(source, environment, readFile)
    authServer = try source.value("auth-server", default: "127.0.0.1:3025", "host:port") {
      AuthAddress($0)
    }
    destination = try source.value(
      "destination", default: "/var/run/teleport-identity", Self.pathForm, Self.path)
    botName = try source.value("bot-name", default: "teleport-operator", Self.nameForm, Self.name)
    roleName = try source.value("role-name", default: "teleport-operator", Self.nameForm, Self.name)
    certificateTTL = try source.value(
      "certificate-ttl", default: "1h", "a duration from 1m to 7d", Self.duration(from: 60))
    renewalInterval =
      source.text("renewal-interval") == nil
      ? certificateTTL / 3
      : try source.value(
        "renewal-interval", default: "", "a duration from 1s to 7d", Self.duration(from: 1))
    diagnosticsAddress = try source.value("diag-addr", default: "", "host:port, or 0 for none") {
      ListenAddress.parse($0)
    }
    logLevel = try source.value("log-level", default: "info", "one of \(Logger.Level.names)") {
      Logger.Level(name: $0)
    }
    logFormat = try source.value("log-format", default: "text", "text or json") {
      LogFormat(rawValue: $0)
    }
    oneshot = try source.value("oneshot", default: "false", "true or false") { Bool($0) }
    if renewalInterval >= certificateTTL {
      throw InvalidOption(
        "\(source.name("renewal-interval")) must be shorter than \(source.name("certificate-ttl")), "
          + "or there is no time to try again")
    }
  }

  private static let pathForm = "the path of a directory"

  private static func path(_ text: String) -> String? { text.isEmpty ? nil : text }

  private static let nameForm = "a name of letters, digits, - and _"

  private static func name(_ text: String) -> String? {
    let isName = text.utf8.allSatisfy {
      ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7a) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2d
        || $0 == 0x5f
    }
    return isName && !text.isEmpty && text.utf8.count <= 200 ? text : nil
  }

  private static func duration(from minimum: Int64) -> (String) -> Duration? {
    { text in
      guard let nanoseconds = DurationText.parse(text) else { return nil }
      let duration = Duration.nanoseconds(nanoseconds)
      return (.seconds(minimum)...Duration.seconds(7 * 86400)).contains(duration) ? duration : nil
    }
  }

  /// Source: teleport-wire.md A.1.
  private static func dataDirectory(
    _ source: OptionSource, _ environment: [String: String], _ readFile: (String) -> String?
  ) throws(InvalidOption) -> String {
    let fallback = "/var/lib/teleport"
    if source.text("teleport-data-dir") != nil {
      return try source.value("teleport-data-dir", default: fallback, pathForm, path)
    }
    let own = source.text("teleport-config")
    let teleports = environment["TELEPORT_CONFIG_FILE"].flatMap { $0.isEmpty ? nil : $0 }
    let named = own ?? teleports
    if let named, readFile(named) == nil {
      let option = own == nil ? "TELEPORT_CONFIG_FILE" : source.name("teleport-config")
      throw InvalidOption(
        "\(option): cannot read \(named); name the auth service's file, or set --teleport-data-dir")
    }
    let files = named.map { [$0] } ?? configurationFiles
    var found: (file: String, text: String)?
    for file in files where found == nil { found = readFile(file).map { (file, $0) } }
    guard let (file, text) = found else { return fallback }
    let document: JSONValue
    do { document = try JSONValue(yaml: text) } catch {
      throw InvalidOption("\(file): \(error)")
    }
    guard let directory = document[["teleport", "data_dir"]], !directory.isNull, directory != ""
    else { return fallback }
    guard let path = directory.string else {
      throw InvalidOption(
        "\(file): teleport.data_dir is \(directory.typeName); it has to be \(pathForm)")
    }
    return path
  }
}
