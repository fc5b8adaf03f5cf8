import Crypto
import CryptoExtras
import FoundationEssentials

extension SSHKeyMaterial {
  /// Whether the key made the signature, in SSH's form.
  ///
  /// Source: RFC 4253 section 6.6, RFC 8332 section 3 (RSA), RFC 5656 section 3.1.2 (ECDSA), RFC 8709 section 6.
  func isValidSignature(_ signature: some Sequence<UInt8>, for data: [UInt8]) -> Bool {
    (try? verify(SSHWire(signature), data)) ?? false
  }

  private func verify(_ signature: SSHWire, _ data: [UInt8]) throws -> Bool {
    var wire = signature
    let format = try wire.text()
    let value = try wire.string()
    guard wire.isAtEnd else { return false }
    switch (self, format) {
    case (.rsa(let key, _, _), _):
      // Shorter than the modulus is allowed, for the zeros in front.
      let missing = (key.keySizeInBits + 7) / 8 - value.count
      guard missing >= 0 else { return false }
      let bytes = [UInt8](repeating: 0, count: missing) + value
      return Self.verify(_RSA.Signing.RSASignature(rawRepresentation: bytes), format, key, data)
    case (.p256(let key), type):
      let raw = try Self.numbers(value, length: 32)
      return key.isValidSignature(
        try P256.Signing.ECDSASignature(rawRepresentation: raw), for: SHA256.hash(data: data))
    case (.p384(let key), type):
      let raw = try Self.numbers(value, length: 48)
      return key.isValidSignature(
        try P384.Signing.ECDSASignature(rawRepresentation: raw), for: SHA384.hash(data: data))
    case (.p521(let key), type):
      let raw = try Self.numbers(value, length: 66)
      return key.isValidSignature(
        try P521.Signing.ECDSASignature(rawRepresentation: raw), for: SHA512.hash(data: data))
    case (.ed25519(let key), type): return key.isValidSignature(value, for: data)
    default: return false
    }
  }

  private static func verify(
    _ signature: _RSA.Signing.RSASignature, _ format: String, _ key: _RSA.Signing.PublicKey,
    _ data: [UInt8]
  ) -> Bool {
    switch format {
    case "rsa-sha2-512":
      key.isValidSignature(
        signature, for: SHA512.hash(data: data), padding: .insecurePKCS1v1_5)
    case "rsa-sha2-256":
      key.isValidSignature(
        signature, for: SHA256.hash(data: data), padding: .insecurePKCS1v1_5)
    // Teleport's before 9.
    case "ssh-rsa":
      key.isValidSignature(
        signature, for: Insecure.SHA1.hash(data: data), padding: .insecurePKCS1v1_5)
    default: false
    }
  }

  /// Two numbers of fixed length.
  private static func numbers(
    _ value: ArraySlice<UInt8>, length: Int
  ) throws(SSHWire.Malformed) -> [UInt8] {
    var wire = SSHWire(value)
    var raw: [UInt8] = []
    for _ in 0..<2 {
      let number = try wire.magnitude()
      guard number.count <= length else { throw SSHWire.Malformed() }
      raw += [UInt8](repeating: 0, count: length - number.count) + number
    }
    guard wire.isAtEnd else { throw SSHWire.Malformed() }
    return raw
  }
}
