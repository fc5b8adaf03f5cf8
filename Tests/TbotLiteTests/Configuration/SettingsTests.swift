import Operations
import TeleportClient
import Testing

@testable import tbot_lite

@Suite struct SettingsTests {
  @Test func defaultsAreThoseOfTheAuthPod() throws {
    let settings = try settings()
    let admin = try #require(settings.localAdmin)
    #expect(admin.dataDirectory == "/var/lib/teleport")
    #expect(settings.authServer == AuthAddress("127.0.0.1:3025"))
    #expect(admin.botName == "teleport-operator")
    #expect(admin.roles == .operatorRole(named: "teleport-operator"))
    #expect(
      settings.outputs == [
        Output(
          name: "identity:/var/run/teleport-identity", format: .identity,
          destination: .directory(path: "/var/run/teleport-identity", access: .owner), roles: nil,
          certificateTTL: .seconds(3600), writesSSHConfig: true)
      ])
    #expect(settings.onRenew == [])
    #expect(settings.notes == [])
    #expect(settings.certificateTTL == .seconds(3600))
    #expect(settings.renewalInterval == .seconds(1200))
    #expect(settings.diagnosticsAddress == nil)
    #expect(settings.logLevel == .info)
    #expect(settings.logFormat == .text)
    #expect(settings.oneshot == false)
  }

  @Test func optionsWinOverVariablesAndVariablesOverDefaults() throws {
    let environment = [
      "TBOT_LITE_AUTH_SERVER": "env:1", "TBOT_LITE_DESTINATION": "/env",
      "TBOT_LITE_BOT_NAME": "env-bot", "TBOT_LITE_ROLE_NAME": "env-role",
      "TBOT_LITE_CERTIFICATE_TTL": "2h", "TBOT_LITE_RENEWAL_INTERVAL": "30m",
      "TBOT_LITE_DIAG_ADDR": ":9000", "TBOT_LITE_LOG_LEVEL": "DEBUG",
      "TBOT_LITE_LOG_FORMAT": "json", "TBOT_LITE_ONESHOT": "true",
      "TBOT_LITE_TELEPORT_DATA_DIR": "/env-data",
    ]
    let fromEnvironment = try settings([:], environment)
    #expect(fromEnvironment.authServer == AuthAddress("env:1"))
    #expect(fromEnvironment.destinations == [.directory(path: "/env", access: .owner)])
    #expect(fromEnvironment.localAdmin?.botName == "env-bot")
    #expect(fromEnvironment.localAdmin?.roles == .operatorRole(named: "env-role"))
    #expect(fromEnvironment.certificateTTL == .seconds(7200))
    #expect(fromEnvironment.renewalInterval == .seconds(1800))
    #expect(fromEnvironment.diagnosticsAddress == ListenAddress(host: "", port: 9000))
    #expect(fromEnvironment.logLevel == .debug)
    #expect(fromEnvironment.logFormat == .json)
    #expect(fromEnvironment.oneshot)
    #expect(fromEnvironment.localAdmin?.dataDirectory == "/env-data")
    let given: [String: String?] = [
      "auth-server": "flag:2", "destination": "/flag", "bot-name": "flag-bot",
      "role-name": "flag-role", "certificate-ttl": "3h", "renewal-interval": "40m",
      "diag-addr": "0", "log-level": "error", "log-format": "text", "oneshot": "false",
      "teleport-data-dir": "/flag-data",
    ]
    let fromOptions = try settings(given, environment)
    #expect(fromOptions.authServer == AuthAddress("flag:2"))
    #expect(fromOptions.destinations == [.directory(path: "/flag", access: .owner)])
    #expect(fromOptions.localAdmin?.botName == "flag-bot")
    #expect(fromOptions.localAdmin?.roles == .operatorRole(named: "flag-role"))
    #expect(fromOptions.certificateTTL == .seconds(10800))
    #expect(fromOptions.renewalInterval == .seconds(2400))
    #expect(fromOptions.diagnosticsAddress == nil)
    #expect(fromOptions.logLevel == .error)
    #expect(fromOptions.logFormat == .text)
    #expect(!fromOptions.oneshot)
    #expect(fromOptions.localAdmin?.dataDirectory == "/flag-data")
  }

  // MARK: - The data directory

  private static let file = "version: v3\nteleport:\n  data_dir: /data\n"

  @Test func theDataDirectoryComesFromTeleportsOwnFile() throws {
    let files = ["/etc/teleport/teleport.yaml": Self.file]
    #expect(try settings(files: files).localAdmin?.dataDirectory == "/data")
    #expect(
      try settings(["teleport-data-dir": "/flag"], files: files).localAdmin?.dataDirectory
        == "/flag")
    #expect(
      try settings([:], ["TBOT_LITE_TELEPORT_DATA_DIR": "/env"], files: files).localAdmin?
        .dataDirectory
        == "/env")
  }

  @Test func filesAreTriedInOrder() throws {
    let other = "teleport: {data_dir: /other}"
    let both = ["/etc/teleport/teleport.yaml": Self.file, "/etc/teleport.yaml": other]
    #expect(try settings(files: both).localAdmin?.dataDirectory == "/data")
    #expect(
      try settings(files: ["/etc/teleport.yaml": other]).localAdmin?.dataDirectory == "/other")
    let named = both.merging(["/my.yaml": "teleport: {data_dir: /mine}"]) { $1 }
    #expect(
      try settings(["teleport-config": "/my.yaml"], files: named).localAdmin?.dataDirectory
        == "/mine")
    #expect(
      try settings([:], ["TELEPORT_CONFIG_FILE": "/my.yaml"], files: named).localAdmin?
        .dataDirectory == "/mine"
    )
    #expect(
      try settings([:], ["TBOT_LITE_TELEPORT_CONFIG": "/my.yaml"], files: named).localAdmin?
        .dataDirectory
        == "/mine")
  }

  @Test(arguments: [
    "teleport:\n  nodename: x\n", "teleport:\n  data_dir:\n", "teleport:\n  data_dir: \"\"\n", "",
    "auth_service: {enabled: true}",
  ])
  func aFileThatDoesNotSayLeavesTheDefault(text: String) throws {
    let files = ["/etc/teleport.yaml": text]
    #expect(try settings(files: files).localAdmin?.dataDirectory == "/var/lib/teleport")
  }

  @Test func aFileThatCannotBeReadIsNamedWithWhoNamedIt() throws {
    #expect(
      try complaint(["teleport-config": "/no.yaml"]).hasPrefix(
        "--teleport-config: cannot read /no.yaml"))
    #expect(
      try complaint([:], ["TBOT_LITE_TELEPORT_CONFIG": "/no.yaml"])
        .hasPrefix("TBOT_LITE_TELEPORT_CONFIG: cannot read /no.yaml"))
    #expect(
      try complaint([:], ["TELEPORT_CONFIG_FILE": "/no.yaml"])
        .hasPrefix("TELEPORT_CONFIG_FILE: cannot read /no.yaml"))
    #expect(try complaint(["teleport-config": "/no.yaml"]).contains("--teleport-data-dir"))
  }

  @Test(arguments: ["teleport: [", "teleport:\n  data_dir: [a]\n", "teleport: {data_dir: 5}"])
  func aFileThatIsWrongIsNamed(text: String) throws {
    let complaint = try complaint(files: ["/etc/teleport.yaml": text])
    #expect(complaint.hasPrefix("/etc/teleport.yaml: "))
  }

  // MARK: - Bad values

  private static let bad: [(option: String, value: String, form: String)] = [
    ("auth-server", "https://auth:3025", "host:port"), ("auth-server", "", "host:port"),
    ("destination", "", "the path of a directory"),
    ("teleport-data-dir", "", "the path of a directory"),
    ("bot-name", "a b", "letters, digits"), ("bot-name", "", "letters, digits"),
    ("bot-name", "a/b", "letters, digits"), ("role-name", "röle", "letters, digits"),
    ("role-name", String(repeating: "x", count: 201), "letters, digits"),
    ("certificate-ttl", "1", "a duration from 1m to 7d"),
    ("certificate-ttl", "59s", "a duration from 1m to 7d"),
    ("certificate-ttl", "8d", "a duration from 1m to 7d"),
    ("certificate-ttl", "-1h", "a duration from 1m to 7d"),
    ("certificate-ttl", "never", "a duration from 1m to 7d"),
    ("renewal-interval", "500ms", "a duration from 1s to 7d"),
    ("renewal-interval", "soon", "a duration from 1s to 7d"),
    ("diag-addr", "8080", "host:port"), ("log-level", "loud", "one of trace, debug"),
    ("log-format", "xml", "text or json"), ("oneshot", "yes", "true or false"),
    ("debug", "1", "true or false"), ("join-method", "iam", "local-admin, token or kubernetes"),
    ("mode", "0640", "owner or group"), ("mode", "", "owner or group"),
    ("group", "a:b", "name or number of a group"), ("group", "", "name or number of a group"),
    ("on-renew", "echo 'x", "a command whose quotes are closed"), ("roles", "a,,b", "a list"),
    ("roles", "", "a list"), ("output", "identity", "identity:DIRECTORY, tls:DIRECTORY"),
    ("output", "pem:/x", "identity:DIRECTORY, tls:DIRECTORY"),
    ("output", "kubernetes-secret:a/b/c", "kubernetes-secret:[NAMESPACE/]NAME"),
    ("output", "kubernetes-secret:A", "kubernetes-secret:[NAMESPACE/]NAME"),
    ("destination", "memory://", "the path of a directory"),
  ]

  @Test(arguments: bad.indices)
  func aBadValueIsToldWithItsNameAndForm(index: Int) throws {
    let row = Self.bad[index]
    let fromOption = try complaint([row.option: row.value])
    #expect(fromOption.hasPrefix("--\(row.option): '\(row.value)' is not "))
    #expect(fromOption.contains(row.form))
    // An empty variable is none.
    if row.value.isEmpty { return }
    let variable = "TBOT_LITE_" + row.option.uppercased().replacing("-", with: "_")
    let fromVariable = try complaint([:], [variable: row.value])
    #expect(fromVariable.hasPrefix("\(variable): '\(row.value)' is not "))
    #expect(fromVariable.contains(row.form))
  }

  // MARK: - Times

  @Test(arguments: [("1m", 20), ("10m", 200), ("7d", 201_600)])
  func withoutAnIntervalItIsAThirdOfTheLifetime(ttl: String, seconds: Int) throws {
    #expect(try settings(["certificate-ttl": ttl]).renewalInterval == .seconds(seconds))
  }

  @Test func anIntervalThatLeavesNoTimeIsRefusedByName() throws {
    let complaint = try complaint(
      ["certificate-ttl": "10m"], ["TBOT_LITE_RENEWAL_INTERVAL": "10m"])
    #expect(
      complaint.hasPrefix("TBOT_LITE_RENEWAL_INTERVAL must be shorter than --certificate-ttl"))
  }

  // MARK: - The rest

  @Test func debugIsALevelUnlessOneIsGiven() throws {
    #expect(try settings(["debug": "true"]).logLevel == .debug)
    #expect(try settings(["debug": "true", "log-level": "trace"]).logLevel == .trace)
    #expect(try settings([:], ["TBOT_LITE_DEBUG": "true"]).logLevel == .debug)
    #expect(try settings(["debug": "false"]).logLevel == .info)
  }

  @Test func aCommandIsSplitIntoItsWords() throws {
    #expect(
      try settings(["on-renew": "systemctl reload 'my unit'"]).onRenew
        == ["systemctl", "reload", "my unit"])
  }

  @Test func aProxyIsForThoseWhoJoin() throws {
    let joining = [
      "join-method": "kubernetes", "token": "pods", "proxy-server": "proxy.example.com:443",
      "ca-pin": "sha256:" + String(repeating: "0", count: 64),
    ]
    let joiner = try settings(joining)
    #expect(joiner.isProxy)
    #expect(joiner.authServer == AuthAddress("proxy.example.com:443"))
    #expect(try !settings([:]).isProxy)
    #expect(
      try complaint(joining.merging(["proxy-server": "proxy.example.com"]) { $1 })
        .firstRange(of: "with the port") != nil)
    #expect(
      try complaint(joining.merging(["auth-server": "x:1"]) { $1 })
        == "--proxy-server and --auth-server: give one of them")
    #expect(
      try complaint(["proxy-server": "x:443"]).hasPrefix("--proxy-server: join method local-admin"))
    #expect(
      try complaint(file: "proxy_server: x:443\n").hasPrefix("bot.yaml line 2: proxy_server: "))
  }

  @Test(arguments: [443, 3080]) func anAddressThatLooksLikeAProxysIsNoted(port: Int) throws {
    let notes = try settings(["auth-server": "x:\(port)"]).notes
    #expect(notes.count == 1)
    #expect(notes.first?.hasPrefix("--auth-server: port \(port) is usually a proxy's") == true)
    #expect(try settings(["auth-server": "x:3025"]).notes == [])
  }
}
