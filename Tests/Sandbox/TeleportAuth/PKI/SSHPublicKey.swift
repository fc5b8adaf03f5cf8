import Crypto
import CryptoExtras
import FoundationEssentials
import X509

/// A public key as SSH writes it.
enum SSHPublicKey: Hashable, Sendable {
  case rsa(exponent: [UInt8], modulus: [UInt8])
  /// An uncompressed point of P-256.
  case p256(point: [UInt8])
  case ed25519([UInt8])

  /// Reads `ssh-rsa AAAA… comment`; nil for anything else.
  init?(authorizedKey line: String) {
    let words = line.split(whereSeparator: \.isWhitespace)
    guard words.count >= 2, let blob = Data(base64Encoded: String(words[1])) else { return nil }
    var reader = SSHReader(Array(blob))
    guard let algorithm = reader.text(), algorithm == words[0] else { return nil }
    switch algorithm {
    case "ssh-rsa":
      guard let exponent = reader.string(), let modulus = reader.string() else { return nil }
      self = .rsa(exponent: exponent, modulus: modulus)
    case "ecdsa-sha2-nistp256":
      guard reader.text() == "nistp256", let point = reader.string() else { return nil }
      self = .p256(point: point)
    case "ssh-ed25519":
      guard let key = reader.string() else { return nil }
      self = .ed25519(key)
    default: return nil
    }
  }

  var algorithm: String {
    switch self {
    case .rsa: "ssh-rsa"
    case .p256: "ecdsa-sha2-nistp256"
    case .ed25519: "ssh-ed25519"
    }
  }

  /// The fields that follow the algorithm's name in a key, and the nonce in a certificate.
  var fields: [UInt8] {
    var writer = SSHWriter()
    switch self {
    case .rsa(let exponent, let modulus):
      writer.integer(exponent)
      writer.integer(modulus)
    case .p256(let point):
      writer.string("nistp256")
      writer.string(point)
    case .ed25519(let key):
      writer.string(key)
    }
    return writer.bytes
  }

  var blob: [UInt8] {
    var writer = SSHWriter()
    writer.string(algorithm)
    writer.raw(fields)
    return writer.bytes
  }

  /// `ssh-rsa AAAA…` with a line feed, as Teleport keeps it.
  var authorizedKey: String { "\(algorithm) \(Data(blob).base64EncodedString())\n" }

  /// The same key for an X.509 certificate.
  func certificateKey() throws -> Certificate.PublicKey {
    switch self {
    case .rsa(let exponent, let modulus):
      // The sign byte of an mpint is no part of the number.
      Certificate.PublicKey(
        try _RSA.Signing.PublicKey(
          n: Data(modulus.drop { $0 == 0 }), e: Data(exponent.drop { $0 == 0 })))
    case .p256(let point):
      Certificate.PublicKey(try P256.Signing.PublicKey(x963Representation: point))
    case .ed25519(let key):
      Certificate.PublicKey(try Curve25519.Signing.PublicKey(rawRepresentation: key))
    }
  }
}
