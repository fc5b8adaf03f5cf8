import Credentials
import FoundationEssentials
import Testing

extension PublishedCredentials {
  /// OpenSSL on keys, and on whether the published files belong together.
  @Suite struct KeyTests {
    @Test("the key is sound, and of the kind that this Teleport takes", arguments: majors)
    func key(major: Int) throws {
      let published = try PublishedCredentials.of(major)
      let pem = try published.text("key")
      let key = try OpenSSLKey(privatePEM: pem)

      #expect(key.isSound)
      #expect(key.isA(major < 17 ? "RSA" : "EC"))
      #expect(key.bits == (major < 17 ? 2048 : 256))
      let form = major < 17 ? "-----BEGIN RSA PRIVATE KEY-----" : "-----BEGIN PRIVATE KEY-----"
      // Facts and not texts, which would be printed: it is a private key.
      let (hasForm, endsWithOneNewline) = (pem.hasPrefix(form), pem.hasSuffix("-----\n"))
      #expect(hasForm)
      #expect(endsWithOneNewline)
    }

    @Test("a key that was damaged does not pass for sound")
    func damagedKey() throws {
      let pem = try PublishedCredentials.of(11).text("key")
      var lines = pem.split(separator: "\n").map(String.init)
      // In the middle of the numbers.
      lines[12] = String(lines[12].reversed())

      let isSound = try? OpenSSLKey(privatePEM: lines.joined(separator: "\n") + "\n").isSound

      #expect(isSound != true)
    }

    @Test("certificate and key belong together; another key does not", arguments: majors)
    func pair(major: Int) throws {
      let published = try PublishedCredentials.of(major)
      let leaf = try OpenSSLCertificate(pem: try published.text("tlscert"))
      let algorithm = KeyPair.Algorithm(teleportMajor: major)
      let other = try KeyPair.generate(algorithm).privateKeyPEM.reveal()

      #expect(leaf.isFor(try OpenSSLKey(privatePEM: try published.text("key"))))
      #expect(!leaf.isFor(try OpenSSLKey(privatePEM: other)))
    }

    @Test("the SSH public key is the certificate's key", arguments: majors)
    func sshKey(major: Int) throws {
      let published = try PublishedCredentials.of(major)
      let leaf = try OpenSSLCertificate(pem: try published.text("tlscert")).publicKey
      let other = try OpenSSLCertificate(pem: try published.text("teleport-user-ca.crt")).publicKey
      let key = try #require(SSHKeyLine(try published.text("key.pub")))

      #expect(try key.isSame(as: leaf))
      #expect(try !key.isSame(as: other))
    }

    @Test(
      "a new key pair's public half is its private half's",
      arguments: [KeyPair.Algorithm.rsa2048, .p256])
    func publicKey(algorithm: KeyPair.Algorithm) async throws {
      let pair = try await onBlockingThread { try KeyPair.generate(algorithm) }
      let other = try await onBlockingThread { try KeyPair.generate(algorithm) }
      let key = try OpenSSLKey(privatePEM: pair.privateKeyPEM.reveal())

      #expect(key.isSame(as: try OpenSSLKey(publicPEM: pair.publicKeyPEM)))
      #expect(!key.isSame(as: try OpenSSLKey(publicPEM: other.publicKeyPEM)))
    }

    @Test("a renewal changes key and certificate together")
    func renewal() async throws {
      let published = try PublishedCredentials.of(18)
      let path = FileManager.default.temporaryDirectory
        .appending(path: "interop-\(UUID().uuidString)").path()
      defer { try? FileManager.default.removeItem(atPath: path) }
      func read() throws -> (certificate: OpenSSLCertificate, key: OpenSSLKey) {
        (
          try OpenSSLCertificate(
            pem: try String(contentsOfFile: "\(path)/tlscert", encoding: .utf8)),
          try OpenSSLKey(privatePEM: try String(contentsOfFile: "\(path)/key", encoding: .utf8))
        )
      }

      try await published.publish(into: path, generation: "first", at: Date())
      let first = try read()
      try await published.publish(
        into: path, generation: "second", at: Date().addingTimeInterval(600))
      let second = try read()

      #expect(first.certificate.isFor(first.key))
      #expect(second.certificate.isFor(second.key))
      #expect(!second.certificate.isFor(first.key))
      #expect(try second.certificate.notAfter > first.certificate.notAfter)
    }
  }
}
