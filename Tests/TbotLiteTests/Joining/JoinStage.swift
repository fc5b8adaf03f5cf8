import Credentials
import FoundationEssentials
import TeleportClient
import TeleportSandbox
import Testing

@testable import tbot_lite

/// A Teleport with a bot that joins.
struct JoinStage: Sendable {
  static let bot = "backup"
  static let user = "bot-backup"

  let crash: CrashStage
  let tokenFile: String
  let storage: String

  var sandbox: TeleportSandbox { crash.sandbox }

  static func with(
    _ major: Int, method: String = "token", clock: ManualClock? = nil,
    lag: TeleportSandbox.CacheLag = .none,
    given: [String: String] = [:], _ body: (JoinStage) async throws -> Void
  ) async throws {
    var options = TeleportSandbox.Options(major: major)
    options.cacheLag = lag
    if let clock { options.now = { clock.date } }
    options.reviewToken = { jwt in
      jwt == "good" ? .serviceAccount("teleport:backup") : .refused("the token is not one of mine")
    }
    try await BotFixture.withSandbox(options) { sandbox in
      let root = sandbox.dataDirectory
      try await sandbox.put(
        "role",
        ["kind": "role", "version": "v5", "metadata": ["name": "reader"], "spec": ["allow": [:]]])
      let token = try await sandbox.addBot(
        name: bot, roles: ["reader"], token: nil,
        method: method == "token" ? .token : .kubernetes(["teleport:backup"]),
        lifetime: .seconds(7 * 86_400))
      let tokenFile = root + "/token"
      try write(token, to: tokenFile)
      try write("good\n", to: root + "/jwt")
      let pin = try CAPin(certificatePEM: try #require(try await sandbox.hostAuthorities.first))
      var options = [
        "join-method": method, "token": tokenFile, "ca-pin": pin.description,
        "auth-server": sandbox.address, "destination": root + "/identity",
      ]
      if method == "token" { options["storage"] = root + "/storage" }
      let settings = try Settings(
        options.merging(given) { $1 }, environment: ["KUBERNETES_TOKEN_PATH": root + "/jwt"]
      ) { _ in nil }
      try await body(
        JoinStage(
          crash: CrashStage(sandbox: sandbox, settings: settings), tokenFile: tokenFile,
          storage: root + "/storage"))
    }
  }

  /// What an administrator does whose bot needs a new token: a new bot of the same name where the server counts on the
  /// user, so that its count begins anew.
  func giveNewToken() async throws {
    await sandbox.delete("user", Self.user)
    await sandbox.delete("role", Self.user)
    let token = try await sandbox.addBot(
      name: Self.bot, roles: ["reader"], token: nil, method: .token,
      lifetime: .seconds(7 * 86_400))
    try write(token, to: tokenFile)
  }

  func writeJWT(_ text: String) throws { try write(text, to: sandbox.dataDirectory + "/jwt") }

  func certificate() throws -> CertificateFacts {
    try PublishedDirectory(path: crash.destination).read().identity.certificate
  }
}

private func write(_ text: String, to path: String) throws {
  try Data(text.utf8).write(to: URL(filePath: path))
}
