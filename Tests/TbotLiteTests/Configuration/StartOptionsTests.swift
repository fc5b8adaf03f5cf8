import Testing

@testable import tbot_lite

@Suite struct StartOptionsTests {
  private static let names = [
    "teleport-config", "teleport-data-dir", "auth-server", "destination", "bot-name", "role-name",
    "certificate-ttl", "renewal-interval", "diag-addr", "log-level", "log-format", "config",
    "join-method", "token", "ca-pin", "ca-path", "storage", "output", "roles", "mode", "group",
    "on-renew", "proxy-server",
  ]

  @Test(arguments: names)
  func everyOptionReachesTheSettingsByItsName(name: String) throws {
    let given = try StartOptions.parse(["--\(name)", "value"]).given.compactMapValues { $0 }
    #expect(given == [name: "value"])
  }

  @Test(arguments: [
    ("-c", "config"), ("--destination-dir", "destination"), ("--data-dir", "storage"),
  ])
  func secondNamesAreThoseOfTbot(name: String, option: String) throws {
    let given = try StartOptions.parse([name, "value"]).given.compactMapValues { $0 }
    #expect(given == [option: "value"])
  }

  @Test(arguments: ["output", "ca-pin", "roles"])
  func someMayBeRepeated(name: String) throws {
    let given = try StartOptions.parse(["--\(name)", "a", "--\(name)", "b"]).given
    #expect(given.compactMapValues { $0 } == [name: "a,b"])
  }

  @Test func flagsReachTheSettingsOnlyWhereTheyStand() throws {
    #expect(
      try StartOptions.parse(["--oneshot"]).given.compactMapValues { $0 } == ["oneshot": "true"])
    #expect(try StartOptions.parse(["-d"]).given.compactMapValues { $0 } == ["debug": "true"])
    #expect(try StartOptions.parse(["--debug"]).given.compactMapValues { $0 } == ["debug": "true"])
    #expect(try StartOptions.parse([]).given.compactMapValues { $0 } == [:])
  }

  @Test func nothingTurnsOffTheVerificationOfServers() {
    #expect(throws: (any Error).self) { try StartOptions.parse(["--insecure"]) }
  }

  @Test func helpSaysEveryOption() {
    let help = StartOptions.helpMessage()
    for name in Self.names {
      #expect(help.firstRange(of: "--\(name)") != nil, "\(name)")
    }
  }
}
