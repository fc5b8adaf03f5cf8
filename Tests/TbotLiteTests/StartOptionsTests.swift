import Testing

@testable import tbot_lite

@Suite struct StartOptionsTests {
  private static let names = [
    "teleport-config", "teleport-data-dir", "auth-server", "destination", "bot-name", "role-name",
    "certificate-ttl", "renewal-interval", "diag-addr", "log-level", "log-format",
  ]

  @Test(arguments: names)
  func everyOptionReachesTheSettingsByItsName(name: String) throws {
    let given = try StartOptions.parse(["--\(name)", "value"]).given.compactMapValues { $0 }
    #expect(given == [name: "value"])
  }

  @Test func theFlagReachesTheSettingsOnlyWhereItStands() throws {
    #expect(
      try StartOptions.parse(["--oneshot"]).given.compactMapValues { $0 } == ["oneshot": "true"])
    #expect(try StartOptions.parse([]).given.compactMapValues { $0 } == [:])
  }

  @Test func startIsWhatRunsWithoutASubcommand() throws {
    #expect(try TbotLite.parseAsRoot([]) is StartCommand)
    #expect(try TbotLite.parseAsRoot(["start", "--bot-name", "x"]) is StartCommand)
  }
}
