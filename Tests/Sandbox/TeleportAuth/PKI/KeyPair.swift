import Crypto
import CryptoExtras
import FoundationEssentials
import X509

/// A private key that signs X.509 and SSH certificates alike, as every Teleport identity key does.
enum KeyPair: Sendable {
  case rsa(_RSA.Signing.PrivateKey)
  case p256(P256.Signing.PrivateKey)

  enum Family: Sendable {
    case rsa2048
    case p256
  }

  static func generate(_ family: Family) throws -> KeyPair {
    switch family {
    case .rsa2048: .rsa(try _RSA.Signing.PrivateKey(keySize: .bits2048))
    case .p256: .p256(P256.Signing.PrivateKey())
    }
  }

  var certificateKey: Certificate.PrivateKey {
    switch self {
    case .rsa(let key): Certificate.PrivateKey(key)
    case .p256(let key): Certificate.PrivateKey(key)
    }
  }

  /// PKCS#1 for RSA, PKCS#8 for P-256: the forms in which Teleport stores them.
  var pem: String {
    switch self {
    case .rsa(let key): key.pemRepresentation
    case .p256(let key): key.pemRepresentation
    }
  }

  var signatureAlgorithm: Certificate.SignatureAlgorithm {
    switch self {
    case .rsa: .sha256WithRSAEncryption
    case .p256: .ecdsaWithSHA256
    }
  }

  func sshPublicKey() throws -> SSHPublicKey {
    switch self {
    case .rsa(let key):
      let numbers = try key.publicKey.getKeyPrimitives()
      return .rsa(exponent: Array(numbers.publicExponent), modulus: Array(numbers.modulus))
    case .p256(let key):
      return .p256(point: Array(key.publicKey.x963Representation))
    }
  }

  /// An SSH signature blob: RSA with SHA-512, or ECDSA.
  func sshSignature(of message: [UInt8]) throws -> [UInt8] {
    var writer = SSHWriter()
    switch self {
    case .rsa(let key):
      let signature = try key.signature(
        for: SHA512.hash(data: message), padding: .insecurePKCS1v1_5)
      writer.string("rsa-sha2-512")
      writer.string(signature.rawRepresentation)
    case .p256(let key):
      let signature = try key.signature(for: message).rawRepresentation
      var numbers = SSHWriter()
      numbers.integer(signature.prefix(32))
      numbers.integer(signature.suffix(32))
      writer.string("ecdsa-sha2-nistp256")
      writer.string(numbers.bytes)
    }
    return writer.bytes
  }
}
