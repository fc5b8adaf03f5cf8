import Credentials
import FoundationEssentials
import Glibc
import Testing
import X509

@Suite struct KeyPairTests {
  @Test(arguments: [
    (11, KeyPair.Algorithm.rsa2048), (14, .rsa2048), (16, .rsa2048), (17, .p256), (18, .p256),
    (25, .p256),
  ])
  func theServersMajorVersionDecides(major: Int, algorithm: KeyPair.Algorithm) {
    #expect(KeyPair.Algorithm(teleportMajor: major) == algorithm)
  }

  @Test(arguments: [
    (KeyPair.Algorithm.rsa2048, "RSA PRIVATE KEY", "ssh-rsa "),
    (.p256, "PRIVATE KEY", "ecdsa-sha2-nistp256 "),
  ])
  func allFormsAreOfOneKey(algorithm: KeyPair.Algorithm, label: String, type: String) throws {
    let keyPair = try KeyPair.generate(algorithm)
    let privatePEM = keyPair.privateKeyPEM.reveal()
    #expect(privatePEM.hasPrefix("-----BEGIN \(label)-----\n"))
    #expect(privatePEM.hasSuffix("-----END \(label)-----\n"))
    let key = try Certificate.PrivateKey(pemEncoded: privatePEM)
    #expect(try key.publicKey == Certificate.PublicKey(pemEncoded: keyPair.publicKeyPEM))
    #expect(keyPair.sshPublicKey.hasPrefix(type))
    #expect(keyPair.sshPublicKey.hasSuffix("\n"))
    #expect(keyPair.sshPublicKey.split(separator: " ").count == 2)
  }

  @Test func everyKeyIsNew() throws {
    let one = try KeyPair.generate(.p256)
    let other = try KeyPair.generate(.p256)
    #expect(one.publicKeyPEM != other.publicKeyPEM)
  }

  private static var hasSSHKeygen: Bool { access("/usr/bin/ssh-keygen", X_OK) == 0 }

  /// A second opinion on our encoding: OpenSSH reads the private key and makes the public line from it.
  @Test(.enabled(if: hasSSHKeygen), arguments: [KeyPair.Algorithm.rsa2048, .p256])
  func opensshMakesTheSameLineFromThePrivateKey(algorithm: KeyPair.Algorithm) throws {
    let directory = try TemporaryDirectory()
    let keyPair = try KeyPair.generate(algorithm)
    let (key, line) = (directory.path + "/key", directory.path + "/key.pub")
    try write(keyPair.privateKeyPEM.reveal(), to: key)
    chmod(key, 0o600)
    #expect(try output("ssh-keygen -y -f '\(key)'") == keyPair.sshPublicKey)
    try write(keyPair.sshPublicKey, to: line)
    let listing = try output("ssh-keygen -l -f '\(line)'")
    #expect(listing.hasPrefix(algorithm == .rsa2048 ? "2048 SHA256:" : "256 SHA256:"))
  }

  private func output(_ command: String) throws -> String {
    let pipe = try #require(popen(command + " </dev/null 2>&1", "r"))
    var text = ""
    var buffer = [CChar](repeating: 0, count: 4096)
    while fgets(&buffer, Int32(buffer.count), pipe) != nil {
      text += String(
        decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
    #expect(pclose(pipe) == 0, "\(command): \(text)")
    return text
  }
}
