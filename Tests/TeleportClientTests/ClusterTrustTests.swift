import Credentials
import TeleportClient
import TeleportSandbox
import Testing

/// First contact: nothing is known of the server but a pin.
@Suite(.serialized, .timeLimit(.minutes(1))) struct ClusterTrustTests {
  @Test(arguments: majors)
  func whatIsPinnedIsTrusted(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let pins = try await sandbox.pins
      let trusted = try await ClusterTrust.fetch(from: try sandbox.authAddress, pinnedBy: pins)
      #expect(trusted == (try await sandbox.hostAuthorities))
      // Whatever is pinned besides.
      let another = try CAPin("sha256:" + String(repeating: "ab", count: 32))
      let again = try await ClusterTrust.fetch(
        from: try sandbox.authAddress, pinnedBy: [another] + pins)
      #expect(again == trusted)
      let operations = Set(await sandbox.faults.requests.map(\.operation))
      #expect(operations == ["proto.AuthService/Ping", "proto.AuthService/GetClusterCACert"])
    }
  }

  @Test(arguments: majors)
  func whatIsNotPinnedIsNotTrusted(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let pin = try CAPin("sha256:" + String(repeating: "ab", count: 32))
      for pins in [[pin], []] {
        let error = try await failure {
          try await ClusterTrust.fetch(from: try sandbox.authAddress, pinnedBy: pins)
        }
        #expect(error.code == .untrustedServer)
        #expect(!error.isTransient && !error.mayHaveTakenEffect)
        // Says what it wanted, what it found and what to do.
        #expect(pins.allSatisfy { error.detail.contains("\($0)") })
        #expect(try await sandbox.pins.allSatisfy { error.detail.contains("\($0)") })
        #expect(error.detail.contains("tctl status"))
        #expect(error.operation.contains(sandbox.address))
      }
    }
  }

  /// An attacker between can add its own CA to the right one.
  @Test(arguments: majors)
  func ofSeveralOnlyThePinnedAreTrusted(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      try await sandbox.rotateHostAuthority(to: .initial)
      let pins = try await sandbox.pins
      let certificates = try await sandbox.hostAuthorities
      try #require(pins.count == 2 && pins[0] != pins[1])
      for (pin, certificate) in zip(pins, certificates) {
        let trusted = try await ClusterTrust.fetch(from: try sandbox.authAddress, pinnedBy: [pin])
        #expect(trusted == [certificate])
      }
      let both = try await ClusterTrust.fetch(from: try sandbox.authAddress, pinnedBy: pins)
      #expect(both == certificates)
    }
  }

  @Test func aServerThatIsNotThereIsNotAnUntrustedOne() async throws {
    let sandbox = try await TeleportSandbox.startOnOwnPort(.init(major: 18))
    let pins = try await sandbox.pins
    let address = try sandbox.authAddress
    await sandbox.stop()
    let error = try await failure { try await ClusterTrust.fetch(from: address, pinnedBy: pins) }
    #expect(error.code == .unreachable)
    #expect(!error.mayHaveTakenEffect)
    await sandbox.shutdown()
  }
}

extension TeleportSandbox {
  /// As `tctl status` would print them.
  var pins: [CAPin] {
    get async throws { try await hostAuthorities.map { try CAPin(certificatePEM: $0) } }
  }
}
