import TeleportSandbox
import Testing

@testable import TeleportClient

@Suite(.serialized, .timeLimit(.minutes(1))) struct ProxyTests {
  /// What `lib/srv/alpnproxy` of Teleport 14 took, with the auth service of Teleport 12 and 14 behind it.
  @Test func aProxyIsToldTheCluster() throws {
    let address = try #require(AuthAddress("proxy.example.com:443"))
    #expect(address.applicationProtocols == ["h2"])
    let routed = try address.routed(to: "real.example")
    #expect(
      routed.applicationProtocols == [
        "teleport-auth@7265616c2e6578616d706c65.teleport.cluster.local", "h2",
      ])
    #expect("\(routed)" == "proxy.example.com:443")
    #expect(routed != address)
    for name in ["", String(repeating: "x", count: 101)] {
      let error = try #require(throws: TeleportError.self) { try address.routed(to: name) }
      #expect(error.code == .invalidArgument)
    }
    let longest = try address.routed(to: String(repeating: "x", count: 100))
    #expect(longest.applicationProtocols.allSatisfy { $0.utf8.count < 256 })
  }

  /// A proxy passes on what the client offers.
  @Test(arguments: majors)
  func theAuthServiceTakesWhatAProxyPassesOn(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let address = try sandbox.authAddress.routed(to: sandbox.clusterName)
      let pins = try await sandbox.pins
      #expect(
        try await ClusterTrust.fetch(from: address, pinnedBy: pins)
          == (try await sandbox.hostAuthorities))
      let bot = try await TestBot.join(sandbox)
      let connection = try await AuthConnection.open(address, as: bot.identity)
      _ = try await connection.issue(try TestBot.renewal(sandbox))
      if major >= 13 { _ = try await connection.certificateAuthority(.host) }
    }
  }

  /// The HTTP interface of old servers cannot be reached through a proxy.
  @Test func whatAProxyDoesNotPassOnIsSaid() async throws {
    try await withSandbox(.init(major: 11)) { sandbox in
      let address = try sandbox.authAddress.routed(to: sandbox.clusterName)
      let token = try await sandbox.addBot(name: "x", roles: ["access"])
      let trusted = try await sandbox.hostAuthorities
      let request = try TestBot.request(token, sandbox)
      let error = try await failure {
        try await Joining.join(address, trusting: trusted, request)
      }
      #expect(error.code == .unimplemented)
      #expect(error.detail.contains("proxy"))
      #expect(!error.mayHaveTakenEffect)
    }
  }

  @Test func aProxySaysWhichClusterItsIs() async throws {
    try await withSandbox(.init(major: 18)) { sandbox in
      let credentials = try await sandbox.adminCredentials
      // As Teleport 14 answers, shortened.
      let body =
        #"{"auth":null,"proxy":{"tls_routing_enabled":true},"server_version":"14.0.0-dev","cluster_name":"main.example"}"#
      try await withFixedAnswer(httpAnswer(body), as: credentials) { address in
        let proxy = try #require(AuthAddress(address))
        let routed = try proxy.routed(to: "main.example")
        #expect(try await proxy.routedThroughProxy() == routed)
      }
      for answer in [
        httpAnswer("<html>"), httpAnswer("{}"), httpAnswer("", status: "404 Not Found"),
      ] {
        try await withFixedAnswer(answer, as: credentials) { address in
          let proxy = try #require(AuthAddress(address))
          let error = try await failure { try await proxy.routedThroughProxy() }
          #expect(error.code == .malformedReply)
          #expect(error.detail.contains("not a proxy"))
        }
      }
    }
  }
}
