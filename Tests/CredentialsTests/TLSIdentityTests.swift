import Credentials
import FoundationEssentials
import Operations
import Testing

@Suite struct TLSIdentityTests {
  private let authority: TestAuthority

  init() throws { authority = try TestAuthority() }

  private func identity(
    _ certificate: String, _ key: String, _ authorities: [String]
  ) throws -> TLSIdentity {
    try TLSIdentity(
      certificatePEM: certificate, keyPEM: Secret(key), trustedCAPEMs: authorities,
      source: "/run/identity")
  }

  @Test(arguments: [KeyPair.Algorithm.rsa2048, .p256])
  func factsComeFromTheCertificate(algorithm: KeyPair.Algorithm) throws {
    let keyPair = try KeyPair.generate(algorithm)
    let notAfter = Date(timeIntervalSince1970: 2_000_000_000)
    let notBefore = Date(timeIntervalSince1970: 1_500_000_000)
    let pem = try authority.issue(
      keyPair, commonName: "bot-a", organizations: ["operator", "auditor"], notBefore: notBefore,
      notAfter: notAfter)
    let facts = try identity(pem, keyPair.privateKeyPEM.reveal(), [authority.pem]).certificate
    #expect(facts.commonName == "bot-a")
    #expect(facts.organizations == ["operator", "auditor"])
    #expect(facts.issuerOrganization == "example.com")
    #expect(facts.notAfter == notAfter)
    #expect(facts.notBefore == notBefore)
    #expect(facts.fingerprint.count == 64)
    #expect(
      facts.fingerprint.utf8.allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x61 && $0 <= 0x66) }
    )
    #expect(try CertificateFacts(pem: pem, source: "x").fingerprint == facts.fingerprint)
    #expect(try CertificateFacts(pem: authority.pem, source: "x").fingerprint != facts.fingerprint)
  }

  @Test func whatTeleportPutsIntoASubjectIsRead() throws {
    let keyPair = try KeyPair.generate(.rsa2048)
    let pem = try authority.issue(
      keyPair,
      attributes: [
        ([1, 3, 9999, 1, 7], "main"), ([1, 3, 9999, 1, 13], "true"), ([1, 3, 9999, 1, 14], "12"),
        ([1, 3, 9999, 2, 7], "host.main"), ([1, 3, 9999, 2, 9], "true"),
        ([1, 3, 9999, 2, 18], "robot"), ([1, 3, 9999, 2, 20], "an-id"),
      ])
    let facts = try CertificateFacts(pem: pem, source: "x")
    #expect(facts.clusterName == "main" && facts.impersonator == "host.main")
    #expect(facts.isRenewable && facts.disallowsReissue && !facts.isAuthority)
    #expect(facts.generation == 12)
    #expect(facts.botName == "robot" && facts.botInstanceID == "an-id")
    #expect(facts.keyDescription == "RSA 2048")
    #expect(facts.serialNumber.count >= 2)
    let plain = try CertificateFacts(pem: authority.pem, source: "x")
    #expect(plain.isAuthority && !plain.isRenewable && !plain.disallowsReissue)
    #expect(plain.generation == nil && plain.impersonator == nil && plain.botName == nil)
    #expect(plain.keyDescription == "ECDSA P-256")
  }

  @Test func partsOfDifferentGenerationsAreAMismatch() throws {
    let one = try authority.credentials()
    let other = try authority.credentials()
    let error = #expect(throws: CredentialsError.self) {
      try identity(one.certificatePEM, other.keyPair.privateKeyPEM.reveal(), one.hostCAPEMs)
    }
    #expect(error?.code == .mismatch)
    #expect(error?.message.contains("/run/identity") == true)
  }

  @Test func validityEndsAtNotAfterAndBeginsAtNotBefore() throws {
    let keyPair = try KeyPair.generate(.p256)
    let begin = Date(timeIntervalSince1970: 1_700_000_000)
    let end = Date(timeIntervalSince1970: 1_700_003_600)
    let identity = try identity(
      authority.issue(keyPair, notBefore: begin, notAfter: end), keyPair.privateKeyPEM.reveal(),
      [authority.pem])
    #expect(throws: Never.self) { try identity.checkValidity(at: begin) }
    #expect(throws: Never.self) { try identity.checkValidity(at: end - 1) }
    let late = #expect(throws: CredentialsError.self) { try identity.checkValidity(at: end) }
    #expect(late?.code == .expired)
    #expect(late?.message.contains("2023-11-14T23:13:20Z") == true)
    let early = #expect(throws: CredentialsError.self) { try identity.checkValidity(at: begin - 1) }
    #expect(early?.code == .expired)
    #expect(early?.message.contains("clock") == true)
  }

  @Test func noErrorShowsTheKey() throws {
    let good = try authority.credentials(.rsa2048)
    let key = good.keyPair.privateKeyPEM.reveal()
    let broken = key.replacing("PRIVATE KEY", with: "SECRET")
    let cut = String(key.prefix(key.count / 2))
    let attempts: [(certificate: String, key: String, authorities: [String])] = [
      (key, key, good.hostCAPEMs), (good.certificatePEM, broken, good.hostCAPEMs),
      (good.certificatePEM, cut, good.hostCAPEMs), (good.certificatePEM, key, [key]),
      (good.certificatePEM, key, []), (try authority.credentials().certificatePEM, key, [key]),
    ]
    for attempt in attempts {
      let error = try #require(
        #expect(throws: CredentialsError.self) {
          try identity(attempt.certificate, attempt.key, attempt.authorities)
        })
      #expect(error.message.contains("/run/identity"))
      for line in secretLines(good.keyPair) { #expect(!"\(error) \(error.message)".contains(line)) }
    }
  }
}
