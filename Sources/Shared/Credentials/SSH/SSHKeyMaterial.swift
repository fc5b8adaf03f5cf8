import Crypto
import CryptoExtras
import FoundationEssentials
import X509

/// The numbers of a public key, checked to be one.
///
/// Source: RFC 4253 section 6.6 (RSA), RFC 5656 section 3.1 (ECDSA), RFC 8709 section 4 (Ed25519).
enum SSHKeyMaterial {
  case rsa(_RSA.Signing.PublicKey, exponent: [UInt8], modulus: [UInt8])
  case p256(P256.Signing.PublicKey)
  case p384(P384.Signing.PublicKey)
  case p521(P521.Signing.PublicKey)
  case ed25519(Curve25519.Signing.PublicKey)

  /// Reads what stands after the type; of a certificate, after its nonce.
  init(type: some StringProtocol, from wire: inout SSHWire) throws {
    switch type {
    case "ssh-rsa":
      let exponent = Array(try wire.magnitude())
      let modulus = Array(try wire.magnitude())
      // Larger ones are only there to keep a reader busy.
      guard modulus.count <= 1024, exponent.count <= 4 else { throw SSHWire.Malformed() }
      self = .rsa(
        try _RSA.Signing.PublicKey(n: modulus, e: exponent), exponent: exponent, modulus: modulus)
    case "ecdsa-sha2-nistp256":
      self = .p256(try P256.Signing.PublicKey(x963Representation: Self.point("nistp256", &wire)))
    case "ecdsa-sha2-nistp384":
      self = .p384(try P384.Signing.PublicKey(x963Representation: Self.point("nistp384", &wire)))
    case "ecdsa-sha2-nistp521":
      self = .p521(try P521.Signing.PublicKey(x963Representation: Self.point("nistp521", &wire)))
    case "ssh-ed25519":
      self = .ed25519(try Curve25519.Signing.PublicKey(rawRepresentation: wire.string()))
    default: throw SSHWire.Malformed()
    }
  }

  /// nil for kinds of keys that SSH does not have.
  init?(_ key: Certificate.PublicKey) {
    if let key = _RSA.Signing.PublicKey(key), let numbers = try? key.getKeyPrimitives() {
      self = .rsa(
        key, exponent: Array(numbers.publicExponent), modulus: Array(numbers.modulus))
    } else if let key = P256.Signing.PublicKey(key) {
      self = .p256(key)
    } else if let key = P384.Signing.PublicKey(key) {
      self = .p384(key)
    } else if let key = P521.Signing.PublicKey(key) {
      self = .p521(key)
    } else if let key = Curve25519.Signing.PublicKey(key) {
      self = .ed25519(key)
    } else {
      return nil
    }
  }

  private static func point(
    _ curve: String, _ wire: inout SSHWire
  ) throws(SSHWire.Malformed) -> ArraySlice<UInt8> {
    guard try wire.text() == curve else { throw SSHWire.Malformed() }
    return try wire.string()
  }

  var type: String {
    switch self {
    case .rsa: "ssh-rsa"
    case .p256: "ecdsa-sha2-nistp256"
    case .p384: "ecdsa-sha2-nistp384"
    case .p521: "ecdsa-sha2-nistp521"
    case .ed25519: "ssh-ed25519"
    }
  }

  /// For people.
  var description: String {
    switch self {
    case .rsa(let key, _, _): "RSA \(key.keySizeInBits)"
    case .p256: "ECDSA P-256"
    case .p384: "ECDSA P-384"
    case .p521: "ECDSA P-521"
    case .ed25519: "Ed25519"
    }
  }

  /// The form that fingerprints are taken of.
  var blob: [UInt8] {
    let parts: [[UInt8]] =
      switch self {
      case .rsa(_, let exponent, let modulus): [SSHWire.mpint(exponent), SSHWire.mpint(modulus)]
      case .p256(let key): [Array("nistp256".utf8), Array(key.x963Representation)]
      case .p384(let key): [Array("nistp384".utf8), Array(key.x963Representation)]
      case .p521(let key): [Array("nistp521".utf8), Array(key.x963Representation)]
      case .ed25519(let key): [Array(key.rawRepresentation)]
      }
    return ([Array(type.utf8)] + parts).flatMap { SSHWire.string($0) }
  }
}
