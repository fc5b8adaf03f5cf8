import Credentials
import Crypto
import FoundationEssentials
import Operations
import Testing
import X509

/// Parsers get what torn writes, broken disks and strangers may leave.
@Suite struct ParserFuzzTests {
  private let one: IssuedCredentials
  private let other: IssuedCredentials

  init() throws {
    one = try TestAuthority().credentials()
    other = try TestAuthority().credentials()
  }

  /// Feeds mutations and all truncations to a parser. What it throws is ours; what it accepts is checked.
  private func fuzz(
    _ name: String, _ input: String, besides other: String, mutations: Int, errorTexts: Int,
    parse: (String) throws -> Void
  ) {
    var fuzzer = Fuzzer(name)
    var texts = ErrorTexts()
    var accepted = 0
    let (bytes, foreign) = (Array(input.utf8), Array(other.utf8))
    func feed(_ mutant: [UInt8], _ what: String) {
      let comment: Comment = "\(name), FUZZ_SEED=\(fuzzer.seed), \(what)"
      do {
        try parse(String(decoding: mutant, as: UTF8.self))
        accepted += 1
      } catch {
        texts.check(error, of: mutant, comment)
      }
    }
    for number in 0..<mutations {
      feed(fuzzer.mutate(bytes, besides: foreign), "mutation \(number)")
    }
    for length in bytes.indices {
      feed(Array(bytes[..<length]), "cut at \(length)")
    }
    // A handful of sentences, whatever the input.
    #expect(texts.count <= errorTexts, "\(name), FUZZ_SEED=\(fuzzer.seed)")
    // A fuzzer whose every mutant is refused at the door tests nothing behind it.
    #expect(accepted < mutations, "\(name), FUZZ_SEED=\(fuzzer.seed)")
  }

  /// What was accepted is a pair: what the key signs, the certificate verifies. Asked of the keys, not of the parser.
  private func expectPair(_ identity: TLSIdentity) throws {
    let key = try Certificate.PrivateKey(pemEncoded: identity.keyPEM.reveal())
    let certificate = try Certificate(pemEncoded: identity.certificatePEM)
    let data = Array("signed".utf8)
    let signature = try key.sign(bytes: data, signatureAlgorithm: .ecdsaWithSHA256)
    #expect(
      certificate.publicKey.isValidSignature(
        signature.rawRepresentation, for: data, signatureAlgorithm: .ecdsaWithSHA256))
  }

  private func json(_ credentials: IssuedCredentials) -> String {
    func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
    return """
      {"kind":"identity","version":"v2","metadata":{"name":"current"},"spec":{\
      "key":"\(base64(credentials.keyPair.privateKeyPEM.reveal()))",\
      "ssh_cert":"\(base64(credentials.sshCertificate))",\
      "tls_cert":"\(base64(credentials.certificatePEM))",\
      "tls_ca_certs":["\(base64(credentials.hostCAPEMs[0]))"],\
      "ssh_ca_certs":["\(base64(credentials.sshHostCAs[0]))"]}}
      """
  }

  @Test func adminIdentity() throws {
    fuzz(
      "admin identity", json(one), besides: json(other), mutations: 1000, errorTexts: 8
    ) { text in
      try expectPair(AdminIdentity(json: Array(text.utf8), source: "s").identity)
    }
  }

  @Test func identityFile() throws {
    let files = try [one, other].map { try #require($0.files[.identity]).reveal() }
    fuzz("identity file", files[0], besides: files[1], mutations: 1000, errorTexts: 10) { text in
      let file = try IdentityFile(Secret(text), source: "s")
      try expectPair(file.tls)
      let certificate = try Certificate(pemEncoded: file.tls.certificatePEM)
      let point = P256.Signing.PublicKey(certificate.publicKey)?.x963Representation
      let line = file.sshCertificate.publicKey.line
      #expect(
        Data(base64Encoded: String(line.split(separator: " ")[1].dropLast()))?.suffix(65) == point)
    }
  }

  @Test func tlsIdentity() throws {
    let texts = [one, other].map { credentials in
      credentials.keyPair.privateKeyPEM.reveal() + "|" + credentials.certificatePEM + "|"
        + credentials.hostCAPEMs[0]
    }
    fuzz("TLS identity", texts[0], besides: texts[1], mutations: 1000, errorTexts: 5) { text in
      let parts = text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      try expectPair(
        TLSIdentity(
          certificatePEM: parts.count > 1 ? parts[1] : "", keyPEM: Secret(parts[0]),
          trustedCAPEMs: Array(parts.dropFirst(2)), source: "s"))
    }
  }

  @Test func pemBlocks() throws {
    let files = try [one, other].map { try #require($0.files[.identity]).reveal() }
    fuzz("PEM", files[0], besides: files[1], mutations: 1000, errorTexts: 1) { text in
      let blocks = PEM.blocks(text)
      #expect(blocks.reduce(0) { $0 + $1.utf8.count } <= text.utf8.count + blocks.count)
      for block in blocks {
        let lines = block.split(separator: "\n")
        let label = lines[0].dropFirst("-----BEGIN ".count)
        #expect(lines[0].hasPrefix("-----BEGIN ") && lines.last == "-----END " + label)
        #expect(!lines.dropFirst().dropLast().contains { $0.hasPrefix("-----") })
      }
      // Only here to be counted: not every text has a whole block.
      if blocks.count < 3 { throw CredentialsError(.malformed, "too few blocks") }
    }
  }

  /// The signature is verified, so that no change of what is signed is accepted.
  @Test func sshCertificate() throws {
    let original = try SSHCertificate(line: one.sshCertificate, source: "s")
    let foreign = try SSHCertificate(line: other.sshCertificate, source: "s")
    fuzz(
      "SSH certificate", one.sshCertificate, besides: other.sshCertificate, mutations: 2000,
      errorTexts: 1
    ) { text in
      let certificate = try SSHCertificate(line: text, source: "s")
      let key = certificate.publicKey
      #expect(key == original.publicKey || key == foreign.publicKey)
      #expect(certificate.keyID == original.keyID && certificate.serial == original.serial)
      #expect(certificate.principals == original.principals)
      #expect(certificate.validBefore == original.validBefore)
      #expect(certificate.extensions == original.extensions)
    }
  }

  @Test(arguments: [KeyPair.Algorithm.rsa2048, .p256])
  func sshPublicKey(algorithm: KeyPair.Algorithm) throws {
    let lines = try (0..<2).map { _ in try KeyPair.generate(algorithm).sshPublicKey }
    fuzz(
      "SSH public key \(algorithm)", lines[0], besides: lines[1], mutations: 2000, errorTexts: 1
    ) { text in
      let key = try SSHPublicKey(line: text, source: "s")
      // There is one way of writing it.
      let words = text.split(whereSeparator: \.isWhitespace)
      #expect(key.line == "\(words[0]) \(words[1])\n")
    }
  }
}
