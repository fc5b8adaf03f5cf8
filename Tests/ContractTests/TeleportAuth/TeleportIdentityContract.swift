import Credentials
import TeleportClient
import TeleportSandbox
import TeleportSchema
import Testing
import X509

@Suite("Teleport auth contract: identity and trust")
struct TeleportIdentityContract {
  @Test("the data directory's identity opens a connection", arguments: TeleportTarget.all)
  func admin(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      #expect(session.admin.clusterName == session.connection.server.clusterName)
      #expect(session.admin.identity.certificate.organizations == ["Admin"])
      let name = try #require(session.admin.identity.certificate.commonName)
      #expect(name.hasSuffix(".\(session.admin.clusterName)"))
      #expect(session.admin.sshHostCAs.allSatisfy { $0.contains("ssh-") || $0.contains("ecdsa-") })
    }
  }

  @Test("the cluster's host CA is the one in the identity", arguments: TeleportTarget.all)
  func hostCA(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let served = try await session.connection.hostCAs()
      let known = try session.admin.identity.trustedCAPEMs.map { try Certificate(pemEncoded: $0) }
      #expect(try served.map { try Certificate(pemEncoded: $0) } == known)
    }
  }

  @Test("Ping and the host CA need no certificate, resources do", arguments: TeleportTarget.all)
  func anonymous(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let server = session.connection.server
      try await PlainTeleportClient.run(session, as: nil, version: server.version) {
        client in
        let ping = try await client.call("proto.AuthService/Ping")
        #expect(
          try WireReader.fields(of: ping).first { $0.number == 2 }?.string == server.version)
        let authority = try await client.call("proto.AuthService/GetClusterCACert")
        #expect(!authority.isEmpty)
        let code = try await client.code("proto.AuthService/GetRole", name: "access")
        #expect(code == .permissionDenied)
      }
    }
  }

  @Test("a method that the server does not have is Unimplemented", arguments: TeleportTarget.all)
  func unknownMethod(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      for method in ["proto.AuthService/NoSuchMethod", "teleport.none.v1.NoService/Get"] {
        let error = await session.failure { try await session.connection.call(method, []) }
        #expect(error?.code == .unimplemented)
      }
    }
  }

  @Test("a certificate of another authority is refused", arguments: TeleportTarget.all)
  func stranger(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      try await withStrangeIdentity { own in
        let mixed = try TLSIdentity(
          certificatePEM: own.certificatePEM, keyPEM: own.keyPEM,
          trustedCAPEMs: session.admin.identity.trustedCAPEMs, source: "the test")
        let error = await session.failure {
          try await AuthConnection.open(session.address, as: mixed)
        }
        #expect(error?.code == .certificateRejected)
        let distrusting = try TLSIdentity(
          certificatePEM: session.admin.identity.certificatePEM,
          keyPEM: session.admin.identity.keyPEM,
          trustedCAPEMs: own.trustedCAPEMs, source: "the test")
        let refusal = await session.failure {
          try await AuthConnection.open(session.address, as: distrusting)
        }
        #expect(refusal?.code == .untrustedServer)
      }
    }
  }

  /// The administrator of another cluster.
  private func withStrangeIdentity(_ body: (TLSIdentity) async throws -> Void) async throws {
    let other = try await TeleportSandbox.start(options: .init(major: 18))
    do {
      try await body(try AdminIdentity(dataDirectory: other.dataDirectory).identity)
      await other.shutdown()
    } catch {
      await other.shutdown()
      throw error
    }
  }
}
