import Credentials
import FoundationEssentials
import Glibc
import TeleportSandbox
import Testing

@testable import tbot_lite

@Suite(.serialized, .timeLimit(.minutes(1))) struct SeveralOutputsTests {
  private func names(_ directory: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory)
      .filter { !$0.hasPrefix(".") }.sorted()
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }

  /// Two directories below the sandbox's own, which the body gets the path of.
  private func with(_ body: (BotFixture, String) async throws -> Void) async throws {
    let root = FileManager.default.temporaryDirectory.path() + "/outputs-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: root) }
    try await BotFixture.with(given: ["output": "identity:\(root)/ops,tls:\(root)/mtls"]) {
      try await body($0, root)
    }
  }

  @Test func eachHasItsOwnKeyAndTbotsFiles() async throws {
    try await with { fixture, root in
      try await fixture.running { sleeps in _ = await sleeps.next() }
      #expect(
        try names(root + "/ops") == [
          "identity", "key", "key-cert.pub", "key.pub", "known_hosts", "ssh_config",
          "teleport-database-ca.crt", "teleport-host-ca.crt", "teleport-user-ca.crt", "tlscert",
        ])
      #expect(try names(root + "/mtls") == ["tls.cas", "tls.crt", "tls.key"])
      #expect(try text(root + "/ops/key") != text(root + "/mtls/tls.key"))
      let hostCAs = try await fixture.sandbox.hostAuthorities
      #expect(PEM.blocks(try text(root + "/mtls/tls.cas")) == hostCAs)
      #expect(try text(root + "/ops/ssh_config").contains(root + "/ops"))
    }
  }

  @Test func oneThatFailsHoldsUpNoOther() async throws {
    try await with { fixture, root in
      try await fixture.running { sleeps in
        let delay = try #require(await sleeps.next())
        let before = (try text(root + "/ops/tlscert"), try text(root + "/mtls/tls.crt"))
        chmod(root + "/ops", 0o777)
        fixture.clock.advance(by: delay)
        let retry = try #require(await sleeps.next())
        #expect(retry <= .seconds(1))
        let between = (try text(root + "/ops/tlscert"), try text(root + "/mtls/tls.crt"))
        #expect(between.0 == before.0)
        #expect(between.1 != before.1)
        chmod(root + "/ops", 0o700)
        fixture.clock.advance(by: retry)
        _ = try #require(await sleeps.next())
        #expect(try text(root + "/ops/tlscert") != before.0)
        // Only the one that had failed was made again.
        #expect(try text(root + "/mtls/tls.crt") == between.1)
        #expect(fixture.log.count(of: .warning) == 1)
      }
    }
  }
}
