import Credentials
import Crypto
import Documents
import FoundationEssentials
import GRPCCore
import TeleportClient
import TeleportSchema
import Testing
import X509

@Suite("Teleport auth contract: certificates")
struct TeleportCertificateContract {
  private static let readRoles: JSONValue = [
    "rules": [["resources": ["role"], "verbs": ["list", "read"]]]
  ]

  @Test(
    "the administrator's certificate for a user ends when asked to", arguments: TeleportTarget.all)
  func lifetime(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let role = try await session.makeRole(Self.readRoles)
      let user = try await session.makeUser(role: role)
      let before = Date()
      let issued = try await session.issue(user, lifetime: 600)
      let facts = try CertificateFacts(pem: issued.certificatePEM, source: "the reply")
      // Certificates know whole seconds only.
      #expect(facts.notAfter > before.addingTimeInterval(598))
      #expect(facts.notAfter < Date().addingTimeInterval(602))
      #expect(facts.notBefore < Date())
      #expect(facts.commonName == user)
      #expect(facts.organizations == [role])
      #expect(facts.issuerOrganization == session.admin.clusterName)
      _ = try session.identity(issued)
    }
  }

  @Test("the SSH certificate is for the same key", arguments: TeleportTarget.all)
  func ssh(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let user = try await session.makeUser(role: try await session.makeRole())
      let issued = try await session.issue(user)
      let kind = session.major >= 17 ? "ecdsa-sha2-nistp256" : "ssh-rsa"
      #expect(issued.sshCertificate.hasPrefix("\(kind)-cert-v01@openssh.com "))
      let key = try blob(issued.keyPair.sshPublicKey)
      let certificate = try blob(issued.sshCertificate)
      // What follows the algorithm's name in a key stands in its certificate as it is.
      #expect(certificate.contains(key.dropFirst(4 + kind.utf8.count)))
    }
  }

  /// The second word of a line of an authorized_keys file.
  private func blob(_ line: String) throws -> [UInt8] {
    let words = line.split(whereSeparator: \.isWhitespace)
    let word = try #require(words.dropFirst().first)
    return Array(try #require(Data(base64Encoded: String(word))))
  }

  @Test("the reply names the user CA, which is not the host CA", arguments: TeleportTarget.all)
  func authorities(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let user = try await session.makeUser(role: try await session.makeRole())
      let issued = try await session.issue(user)
      let authority = try Certificate(pemEncoded: try #require(issued.userCAPEMs.first))
      let leaf = try Certificate(pemEncoded: issued.certificatePEM)
      #expect(authority.publicKey.isValidSignature(leaf.signature, for: leaf))
      let hosts = try issued.hostCAPEMs.map { try Certificate(pemEncoded: $0) }
      #expect(!hosts.contains(authority))
    }
  }

  @Test("the holder may do what its role allows, and no more", arguments: TeleportTarget.all)
  func authorization(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let role = try await session.makeRole(Self.readRoles)
      let user = try await session.makeUser(role: role)
      try await session.asUser(user) { connection in
        let calls = ResourceCalls(connection)
        #expect(try await calls.get(role, of: session.roles) != nil)
        #expect(try await calls.get("contract-nothing", of: session.roles) == nil)
        let name = session.name(session.roles)
        let new = try session.role(name)
        let write = await session.failure { try await calls.upsert(new, of: session.roles) }
        #expect(write?.code == .permissionDenied)
        let verb = #"access denied to perform action "create" on "role""#
        #expect(write?.detail.contains(verb) == true)
        let removal = await session.failure { try await calls.delete(role, of: session.roles) }
        #expect(removal?.code == .permissionDenied)
        let users = await session.failure { try await calls.list(session.users) }
        #expect(users?.code == .permissionDenied)
        // Whoever it is may read itself.
        #expect(try await calls.get(user, of: session.users) != nil)
      }
    }
  }

  @Test("an upsert needs the right to create and to update", arguments: TeleportTarget.all)
  func upsertRights(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let role = try await session.makeRole([
        "rules": [["resources": ["role"], "verbs": ["read", "create"]]]
      ])
      let user = try await session.makeUser(role: role)
      try await session.asUser(user) { connection in
        let new = try session.role(session.name(session.roles))
        let error = await session.failure {
          try await connection.call("proto.AuthService/UpsertRole", new)
        }
        #expect(error?.code == .permissionDenied)
      }
    }
  }

  @Test("a changed role changes what its holder may do at once", arguments: TeleportTarget.all)
  func liveRoles(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let role = try await session.makeRole()
      let user = try await session.makeUser(role: role)
      try await session.asUser(user) { connection in
        let calls = ResourceCalls(connection)
        let before = await session.failure { try await calls.list(session.roles) }
        #expect(before?.code == .permissionDenied)
        _ = try await session.calls.upsert(
          try session.role(role, allow: Self.readRoles), of: session.roles)
        try await session.eventually {
          await session.failure { try await calls.list(session.roles) } == nil ? () : nil
        }
      }
    }
  }

  @Test("nobody gets a certificate for a user that is not there", arguments: TeleportTarget.all)
  func missingUser(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let error = await session.failure { try await session.issue("contract-nobody") }
      #expect(error?.code == .permissionDenied)
    }
  }

  @Test(
    "a holder gets none for others, and none that outlives its own", arguments: TeleportTarget.all)
  func reissue(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let role = try await session.makeRole()
      let users = [
        try await session.makeUser(role: role), try await session.makeUser(role: role),
      ]
      let own = try await session.issue(users[0], lifetime: 300)
      let end = try CertificateFacts(pem: own.certificatePEM, source: "the reply").notAfter
      let connection = try await AuthConnection.open(
        session.address, as: try session.identity(own))
      let key = own.keyPair
      func request(_ user: String) -> CertificateRequest {
        CertificateRequest(
          user: user, keyPair: key, notAfter: end.addingTimeInterval(3600), sshHostCAs: [])
      }
      let other = await session.failure { try await connection.issue(request(users[1])) }
      #expect(other?.code == .permissionDenied)
      let again = try await connection.issue(request(users[0]))
      let newEnd = try CertificateFacts(pem: again.certificatePEM, source: "the reply").notAfter
      #expect(abs(newEnd.timeIntervalSince(end)) < 2)
      await connection.close()
    }
  }

  @Test(
    "a caller whose user is gone is told NotFound, with its own words",
    arguments: TeleportTarget.all)
  func goneCaller(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let role = try await session.makeRole(Self.readRoles)
      let user = try await session.makeUser(role: role)
      let identity = try session.identity(try await session.issue(user))
      try await session.calls.delete(user, of: session.users)
      try await session.gone(user, of: session.users)
      // The role is there: what is missing is the caller. Only the text tells.
      let error = await #expect(throws: RPCError.self) {
        try await PlainTeleportClient.run(
          session, as: identity, version: session.connection.server.version
        ) { try await $0.call("proto.AuthService/GetRole", name: role) }
      }
      #expect(error?.code == .notFound)
      #expect(error?.message.contains("access denied") == true)
      // This project's client knows.
      let connection = await session.failure {
        try await AuthConnection.open(session.address, as: identity)
      }
      #expect(connection?.code == .permissionDenied)
    }
  }

  /// A connection with a certificate that is about to expire; on a busy machine the first may be over too soon.
  private func shortLived(
    _ user: String, _ session: TeleportSession
  ) async throws -> (TLSIdentity, AuthConnection) {
    for lifetime in [2.0, 4, 8] {
      let identity = try session.identity(try await session.issue(user, lifetime: lifetime))
      if let connection = try? await AuthConnection.open(session.address, as: identity) {
        return (identity, connection)
      }
    }
    throw TeleportSession.TooLate()
  }

  @Test(
    "an expired certificate opens nothing, but keeps what is open", arguments: TeleportTarget.all)
  func expiry(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let role = try await session.makeRole(Self.readRoles)
      let user = try await session.makeUser(role: role)
      let (identity, connection) = try await shortLived(user, session)
      // The server's clock decides, and a real one cannot be moved.
      let rest = identity.certificate.notAfter.timeIntervalSinceNow + 1.1
      try await Task.sleep(for: .seconds(max(0, rest)))
      #expect(try await ResourceCalls(connection).get(role, of: session.roles) != nil)
      await connection.close()
      let error = await session.failure {
        try await AuthConnection.open(session.address, as: identity)
      }
      #expect(error?.code == .certificateRejected)
    }
  }
}
