import Documents
import Foundation
import Testing

@testable import controller

@Suite struct KindsCommandTests {
  private let controller: ControllerExecutable

  init() throws { controller = try ControllerExecutable() }

  private let root = (0..<4).reduce(URL(filePath: #filePath)) { url, _ in
    url.deletingLastPathComponent()
  }

  @Test func aLineForEachKind() throws {
    let lines = try controller.run(["kinds"]).lines
    #expect(lines.count == WatchedKind.all.count + 1)
    let bot = try #require(lines.first { $0.hasPrefix("TeleportBotV1 ") })
    let cells = bot.split(separator: " ").map(String.init)
    #expect(cells == ["TeleportBotV1", "v1", "bot", "15", "listing", "any"])
  }

  @Test func jsonTellsMachinesAll() throws {
    let kinds = try controller.run(["kinds", "-o", "json"]).lines.map {
      try JSONValue(json: Data($0.utf8))
    }
    let oidc = try #require(kinds.first { $0["kind"] == "TeleportOIDCConnector" })
    #expect(oidc["rule"] == "auth_connector" && oidc["entitlements"] == ["OIDC"])
    #expect(oidc["sensitiveFields"]?.array?.contains("spec.client_secret") == true)
    #expect(oidc[["calls", "get"]] == ["proto.AuthService/GetOIDCConnector"])
  }

  @Test func theCommittedPageIsTheGeneratedOne() throws {
    let page = try controller.run(
      ["kinds", "-o", "markdown", "--examples", root.appending(path: "deploy/examples").path()])
    let committed = try String(contentsOf: root.appending(path: "docs/kinds.md"), encoding: .utf8)
    #expect(page.output == committed, "run: make generate")
  }

  @Test func examplesGoWithTheirPage() throws {
    #expect(try controller.run(["kinds", "--examples", "x"]).status == 64)
  }
}
