import Operations
import Testing

@testable import tbot_lite

@Suite struct JoinSettingsTests {
  private func joined(_ changes: [String: String?] = [:], _ environment: [String: String] = [:])
    throws -> Settings
  {
    try settings(tokenOptions.merging(changes) { $1 }, environment)
  }

  private func refused(_ changes: [String: String?] = [:], _ environment: [String: String] = [:])
    throws -> String
  {
    try complaint(tokenOptions.merging(changes) { $1 }, environment)
  }

  // MARK: - token

  @Test func tokenJoinsAreDescribedWhole() throws {
    guard case .token(let onboarding) = try joined().joining else {
      Issue.record("not by token")
      return
    }
    #expect(
      onboarding
        == Onboarding(
          token: .file("/run/token"), trust: .pins([pin]), storage: "/storage", jwtPath: nil))
  }

  @Test func aTokenOnTheCommandLineIsRefusedWithoutShowingIt() throws {
    let complaint = try refused(["token": "s3cret"])
    #expect(complaint.hasPrefix("--token: everybody on this machine can read the arguments"))
    #expect(complaint.contains("TBOT_LITE_TOKEN"))
    #expect(!complaint.contains("s3cret"))
  }

  @Test(arguments: ["/run/token", "./token", "../token"])
  func aPathIsAFile(path: String) throws {
    #expect(try joined(["token": path]).onboarding?.token == .file(path))
    let fromVariable = try joined(["token": nil], ["TBOT_LITE_TOKEN": path])
    #expect(fromVariable.onboarding?.token == .file(path))
  }

  @Test func aTokenMayComeFromTheEnvironmentOrTheFile() throws {
    let fromVariable = try joined(["token": nil], ["TBOT_LITE_TOKEN": " s3cret\n"])
    #expect(fromVariable.onboarding?.token == .value(Secret("s3cret")))
    // A token of digits stays what it is.
    let fromFile = try settings(
      file: "onboarding: {token: 00112233445566778899001122334455}",
      tokenOptions.merging(["token": nil]) { $1 })
    #expect(
      fromFile.onboarding?.token == .value(Secret("00112233445566778899001122334455")))
    #expect("\(fromFile)".firstRange(of: "0011223344") == nil)
  }

  @Test func whatIsMissingIsToldWithTheWayToGetIt() throws {
    #expect(try refused(["token": nil]).hasPrefix("--token: name a file that holds"))
    #expect(try refused(["token": " "]).hasPrefix("--token: name a file that holds"))
    #expect(try refused(["storage": nil]).hasPrefix("--storage: name a directory"))
    #expect(try refused(["auth-server": nil]).hasPrefix("--auth-server: name the auth service"))
    let withoutPin = try refused(["ca-pin": nil])
    #expect(withoutPin.hasPrefix("--ca-pin: joining needs a pin"))
    #expect(withoutPin.contains("`tctl status`"))
    #expect(withoutPin.contains("--ca-path"))
  }

  @Test func storageInMemoryIsRefusedWhereItWouldLoseTheIdentity() throws {
    let options = tokenOptions.merging(["storage": nil, "config": "bot.yaml"]) { $1 }
    let file = "version: v2\nstorage:\n  type: memory\n"
    #expect(
      try complaint(options, files: ["bot.yaml": file])
        .hasPrefix("bot.yaml line 3: storage.type: an identity that is kept in memory only"))
    #expect(try settings(file: "storage: {type: memory}").notes == [])
  }

  // MARK: - First contact

  @Test func severalPinsAndAPathInsteadOfThem() throws {
    let other = "sha256:" + String(repeating: "FF", count: 32)
    #expect(
      try joined(["ca-pin": "\(pin),\(other)"]).onboarding?.trust
        == .pins([pin, other.lowercased()]))
    let byPath = try joined(["ca-pin": nil, "ca-path": "/ca.pem"])
    #expect(byPath.onboarding?.trust == .file("/ca.pem"))
    #expect(
      try refused([:], ["TBOT_LITE_CA_PATH": "/ca.pem"])
        == "TBOT_LITE_CA_PATH and --ca-pin: give one of them")
  }

  @Test(arguments: [
    "sha256:00", "00", "sha1:" + String(repeating: "0", count: 64),
    "sha256:" + String(repeating: "g", count: 64), "sha256:" + String(repeating: "0", count: 65),
  ])
  func aPinOfAnotherFormIsRefused(text: String) throws {
    #expect(try refused(["ca-pin": text]).hasPrefix("--ca-pin: '\(text)' is not sha256: and 64"))
  }

  // MARK: - kubernetes

  private static let kubernetes: [String: String?] = [
    "join-method": "kubernetes", "token": "my-bot", "storage": nil,
  ]

  @Test func podsNameTheirTokenAndKeepNothing() throws {
    let settings = try joined(Self.kubernetes)
    guard case .kubernetes(let onboarding) = settings.joining else {
      Issue.record("not by kubernetes")
      return
    }
    #expect(
      onboarding
        == Onboarding(
          token: .value(Secret("my-bot")), trust: .pins([pin]), storage: nil,
          jwtPath: "/var/run/secrets/kubernetes.io/serviceaccount/token"))
    #expect(settings.notes == [])
  }

  @Test func theServiceAccountsTokenMayLieElsewhere() throws {
    let settings = try joined(Self.kubernetes, ["KUBERNETES_TOKEN_PATH": "/tokens/bot"])
    #expect(settings.onboarding?.jwtPath == "/tokens/bot")
  }

  @Test func storageThatIsNotUsedIsNoted() throws {
    let settings = try joined(Self.kubernetes, ["TBOT_LITE_STORAGE": "/s"])
    #expect(settings.onboarding?.storage == nil)
    #expect(settings.notes == ["TBOT_LITE_STORAGE: not used, as each renewal joins anew"])
  }

  // MARK: - local-admin

  @Test(arguments: ["token", "ca-pin", "ca-path"])
  func whatBelongsToJoiningShowsThatLocalAdminIsNotMeant(option: String) throws {
    #expect(
      try complaint([option: "/x"])
        == "--\(option) has no meaning with join method local-admin, which is the default; "
        + "set --join-method token or kubernetes, or leave it out")
    #expect(
      try !complaint([option: "/x", "join-method": "local-admin"]).contains("the default"))
  }

  @Test(arguments: ["teleport-config", "teleport-data-dir", "bot-name", "role-name"])
  func whatBelongsToLocalAdminIsRefusedElsewhere(option: String) throws {
    for method in ["token", "kubernetes"] {
      #expect(
        try refused(["join-method": method, option: "x"])
          .hasPrefix("--\(option) has no meaning with join method \(method)"))
    }
  }

  @Test func theBotMayHoldRolesThatAreThereAlready() throws {
    let settings = try settings(["roles": "auditor, editor"])
    #expect(settings.localAdmin?.roles == .existing(["auditor", "editor"]))
    #expect(settings.outputs.map(\.roles) == [nil])
    #expect(
      try complaint(["roles": "a", "role-name": "b"]).hasPrefix("--role-name and --roles: give one")
    )
    #expect(try complaint(["roles": "a,a"]) == "--roles: 'a' stands twice")
    #expect(try complaint(["roles": "a b"]).hasPrefix("--roles: 'a b' is not the name of a role"))
  }
}
