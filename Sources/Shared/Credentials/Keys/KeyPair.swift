import Crypto
import CryptoExtras
import Operations

/// A freshly made key, in the forms that Teleport and its tools take.
public struct KeyPair: Sendable {
  public enum Algorithm: String, Sendable {
    /// What Teleport up to 16 expects.
    case rsa2048
    /// What Teleport 17 and later prefer.
    case p256

    /// Source: teleport-wire.md B.2; from 17 on SSH and TLS keys are asked for apart.
    public init(teleportMajor: Int) { self = teleportMajor >= 17 ? .p256 : .rsa2048 }
  }

  public let algorithm: Algorithm
  /// PKCS#1 for RSA, PKCS#8 for P-256, as Teleport writes them.
  public let privateKeyPEM: Secret<String>
  /// SubjectPublicKeyInfo, PEM.
  public let publicKeyPEM: String
  /// An authorized_keys line without a comment, ending with a newline.
  public let sshPublicKey: String

  /// Makes a new key. RSA takes some 50 ms and blocks: see `onBlockingThread`.
  public static func generate(_ algorithm: Algorithm) throws -> KeyPair {
    switch algorithm {
    case .rsa2048:
      let key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
      let numbers = try key.publicKey.getKeyPrimitives()
      let material = SSHKeyMaterial.rsa(
        key.publicKey, exponent: Array(numbers.publicExponent), modulus: Array(numbers.modulus))
      return KeyPair(
        algorithm: algorithm, privateKeyPEM: Secret(line(key.pemRepresentation)),
        publicKeyPEM: line(key.publicKey.pemRepresentation),
        sshPublicKey: SSHPublicKey(material).line)
    case .p256:
      let key = P256.Signing.PrivateKey()
      return KeyPair(
        algorithm: algorithm, privateKeyPEM: Secret(line(key.pemRepresentation)),
        publicKeyPEM: line(key.publicKey.pemRepresentation),
        sshPublicKey: SSHPublicKey(.p256(key.publicKey)).line)
    }
  }

  /// Some of the forms come with a newline at their end and some do not.
  private static func line(_ pem: String) -> String { pem.hasSuffix("\n") ? pem : pem + "\n" }
}
