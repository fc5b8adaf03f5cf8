import Credentials
import FoundationEssentials
import Operations
import SandboxFaults
import Testing

@testable import tbot_lite

@Suite struct InspectionTests {
  private typealias Texts = [PublishedFile: Secret<String>]

  private func codes(_ inspection: Inspection) -> [String] {
    inspection.problems.map(\.code.rawValue)
  }

  private func codes(
    _ texts: Texts, modes: [String: UInt32] = [:], at time: Date = noon
  ) -> [String] {
    codes(Inspection(Observation(texts, modes: modes), at: time))
  }

  // MARK: - Healthy

  @Test(arguments: [KeyPair.Algorithm.p256, .rsa2048])
  func aWholeRenewalIsHealthy(algorithm: KeyPair.Algorithm) throws {
    let forge = try Forge()
    let credentials = try forge.credentials(algorithm)
    let inspection = Inspection(Observation(credentials.files), at: noon)
    #expect(inspection.problems == [])
    #expect(inspection.kind == .identityOutput)
    let holder = try #require(inspection.holder)
    #expect(holder.user == "bot-x")
    #expect(holder.cluster == "example.com")
    #expect(holder.roles == ["auditor", "editor"])
    let certificate = try #require(inspection.certificate)
    #expect(certificate.notBefore == noon - 60)
    #expect(certificate.notAfter == noon + 3540)
    #expect(!certificate.isRenewable)
    let ssh = try #require(inspection.ssh)
    #expect(ssh.keyID == "bot-x")
    #expect(ssh.principals == ["root", "-teleport-nologin-x"])
    #expect(ssh.validBefore == noon + 3540)
    #expect(ssh.authority.hasPrefix("SHA256:"))
    #expect(inspection.authorities.map(\.kind) == ["host", "user"])
    #expect(inspection.authorities.allSatisfy { $0.pin?.hasPrefix("sha256:") == true })
  }

  @Test func aTLSOutputAndAnIdentityFileAreHealthy() throws {
    let credentials = try Forge().credentials()
    let tls = Inspection(Observation(credentials.tlsFiles()), at: noon)
    #expect(tls.problems == [])
    #expect(tls.kind == .tlsOutput)
    #expect(tls.holder?.user == "bot-x")
    #expect(tls.authorities.map(\.kind) == ["host"])
    let text = try #require(credentials.files[.identity]).reveal()
    let file = Inspection(Observation(identityFile: text), at: noon)
    #expect(file.problems == [])
    #expect(file.kind == .identityFile)
    #expect(file.holder == tls.holder)
    #expect(file.ssh?.keyID == "bot-x")
  }

  @Test func aBotsStorageIsHealthy() throws {
    let files = try Forge().credentials().storageFiles(tokenHash: "00ff")
    let inspection = Inspection(Observation(files), at: noon)
    #expect(inspection.problems == [])
    #expect(inspection.kind == .botStorage)
  }

  // MARK: - Times

  @Test func anExpiredCertificateIsTold() throws {
    let files = try Forge().credentials().files
    let inspection = Inspection(Observation(files), at: noon + 3600)
    #expect(codes(inspection) == ["expired", "expired"])
    #expect(
      inspection.problems.first?.message
        == "the certificate expired 1m ago: its renewal fails, or nobody renews it")
    #expect(codes(files, at: noon + 3539) == [])
    #expect(codes(files, at: noon + 3540) == ["expired", "expired"])
  }

  @Test func aSlowClockIsTold() throws {
    let inspection = Inspection(Observation(try Forge().credentials().files), at: noon - 180)
    #expect(codes(inspection) == ["notYetValid", "notYetValid"])
    #expect(
      inspection.problems.first?.message
        == "the certificate becomes valid in 2m only: this machine's clock is slow")
  }

  @Test func oneOldAuthorityOfTwoIsARotation() throws {
    let old = try Forge(notAfter: noon - 60)
    let new = try Forge()
    var files = try new.credentials().files
    files[.hostCA] = Secret(old.pem + new.pem)
    #expect(codes(files) == [])
    files[.hostCA] = Secret(old.pem)
    #expect(codes(files) == ["authorityExpired"])
    files[.hostCA] = Secret("nothing")
    #expect(codes(files) == ["malformed"])
  }

  // MARK: - What does not belong together

  @Test func filesOfTwoRenewalsAreTold() throws {
    let forge = try Forge()
    let one = try forge.credentials().files
    let other = try forge.credentials().files
    func mixed(_ file: PublishedFile) -> [String] {
      codes(one.merging([file: other[file] ?? Secret("")]) { $1 })
    }
    #expect(mixed(.key) == ["mismatch"])
    #expect(mixed(.certificate) == ["mismatch", "differentKeys", "differentCertificates"])
    #expect(mixed(.sshCertificate) == ["differentKeys"])
    #expect(mixed(.identity) == ["differentCertificates"])
    #expect(mixed(.hostCA) == [])
  }

  @Test func anotherClustersUserAuthorityIsTold() throws {
    var files = try Forge().credentials().files
    files[.userCA] = Secret(try Forge().pem)
    #expect(codes(files) == ["wrongAuthority"])
  }

  @Test func anIdentityFileOfTwoRenewalsIsTold() throws {
    let forge = try Forge()
    let one = try forge.credentials()
    let other = try forge.credentials()
    let text = try #require(one.files[.identity]).reveal()
    let torn = text.replacing(
      one.keyPair.privateKeyPEM.reveal(), with: other.keyPair.privateKeyPEM.reveal())
    #expect(codes(Inspection(Observation(identityFile: torn), at: noon)) == ["mismatch"])
  }

  // MARK: - What is missing

  @Test func missingFilesAreTold() throws {
    let files = try Forge().credentials().files
    for file in [PublishedFile.key, .certificate, .hostCA] {
      let inspection = Inspection(Observation(files.filter { $0.key != file }), at: noon)
      #expect(inspection.problems.map(\.message).contains("\(file.rawValue) is missing"))
    }
    for file in [PublishedFile.publicKey, .knownHosts, .identity, .userCA] {
      #expect(codes(files.filter { $0.key != file }) == [])
    }
    let tls = try Forge().credentials().tlsFiles()
    #expect(codes(tls.filter { $0.key != .tlsAuthorities }) == ["missing"])
    #expect(codes([:]) == ["missing"])
  }

  // MARK: - Access

  @Test(arguments: [
    ("key", UInt32(0o644), ["exposed"]), ("key", 0o640, []), ("key", 0o660, ["exposed"]),
    ("key", 0o666, ["exposed", "exposed"]), ("identity", 0o604, ["exposed"]),
    ("tlscert", 0o644, []), ("tlscert", 0o646, ["exposed"]), (".", 0o755, []),
    (".", 0o777, ["exposed"]), (".", 0o770, ["exposed"]),
  ])
  func whoCanReadKeysOrChangeFilesIsTold(name: String, mode: UInt32, expected: [String]) throws {
    #expect(codes(try Forge().credentials().files, modes: [name: mode]) == expected)
  }

  @Test func anIdentityFileIsSecretWhateverItsName() throws {
    let text = try #require(try Forge().credentials().files[.identity]).reveal()
    let inspection = Inspection(Observation(identityFile: text, mode: 0o644), at: noon)
    #expect(codes(inspection) == ["exposed"])
    #expect(
      inspection.problems.first?.message
        == "identity holds a private key and can be read by everybody (mode 0644); who has read it "
        + "can use it until it expires")
  }

  // MARK: - Whatever the files hold

  /// Every file cut short and mutated: never a crash, and never a piece of the key in what is shown.
  @Test(arguments: [KeyPair.Algorithm.p256, .rsa2048])
  func damagedFilesAreToldWithoutShowingTheKey(algorithm: KeyPair.Algorithm) throws {
    var random = SeededGenerator(seed: 5)
    let credentials = try Forge().credentials(algorithm)
    let whole = credentials.files.merging(credentials.tlsFiles()) { first, _ in first }
    let secrets = credentials.keyPair.privateKeyPEM.reveal().split(separator: "\n")
      .filter { !$0.hasPrefix("-----") }.map { String($0.prefix(24)) }
    for (file, text) in whole.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      let bytes = Array(text.reveal().utf8)
      for round in 0..<30 {
        let place = Int.random(in: bytes.indices, using: &random)
        var damaged = bytes
        if round % 2 == 0 { damaged = Array(bytes[..<place]) }
        if round % 2 == 1 { damaged[place] = UInt8.random(in: 0...255, using: &random) }
        let secret = Secret(String(decoding: damaged, as: UTF8.self))
        let observations = [
          Observation(whole.merging([file: secret]) { $1 }), Observation([file: secret]),
          Observation(identityFile: secret.reveal()),
        ]
        for observation in observations {
          let inspection = Inspection(observation, at: noon)
          let shown =
            InspectionTable(inspection: inspection, hasColour: false).text
            + inspection.json.prettyJSONText
          #expect(!secrets.contains { shown.firstRange(of: $0) != nil })
        }
      }
    }
  }
}
