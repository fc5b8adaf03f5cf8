import COpenSSL

/// A key as OpenSSL understands it.
final class OpenSSLKey {
  let handle: OpaquePointer

  /// Takes over the reference.
  init(adopting handle: OpaquePointer) { self.handle = handle }

  deinit { EVP_PKEY_free(handle) }

  convenience init(privatePEM: String) throws {
    self.init(
      adopting: try OpenSSLText.reading(privatePEM) { stream in
        // Without a callback, OpenSSL would ask the terminal for the password of an encrypted key.
        try OpenSSLError.require("PEM_read_bio_PrivateKey") {
          PEM_read_bio_PrivateKey(stream, nil, { _, _, _, _ in 0 }, nil)
        }
      })
  }

  convenience init(publicPEM: String) throws {
    self.init(
      adopting: try OpenSSLText.reading(publicPEM) { stream in
        try OpenSSLError.require("PEM_read_bio_PUBKEY") {
          PEM_read_bio_PUBKEY(stream, nil, nil, nil)
        }
      })
  }

  static func generateP256() throws -> OpenSSLKey {
    OpenSSLKey(adopting: try OpenSSLError.require("EVP_EC_gen") { interop_generate_p256() })
  }

  static func generateRSA2048() throws -> OpenSSLKey {
    OpenSSLKey(adopting: try OpenSSLError.require("EVP_RSA_gen") { interop_generate_rsa(2048) })
  }

  var privatePEM: String {
    get throws {
      try OpenSSLText.writing("PEM_write_bio_PrivateKey") {
        PEM_write_bio_PrivateKey($0, handle, nil, nil, 0, nil, nil)
      }
    }
  }

  var bits: Int { Int(EVP_PKEY_get_bits(handle)) }

  func isA(_ algorithm: String) -> Bool { EVP_PKEY_is_a(handle, algorithm) == 1 }

  func isSame(as other: OpenSSLKey) -> Bool { EVP_PKEY_eq(handle, other.handle) == 1 }

  /// Whether the numbers make a key, and its private half goes with its public one.
  var isSound: Bool {
    guard let context = EVP_PKEY_CTX_new(handle, nil) else { return false }
    defer { EVP_PKEY_CTX_free(context) }
    return EVP_PKEY_check(context) == 1 && EVP_PKEY_pairwise_check(context) == 1
  }

  /// A number of an RSA key, "n" or "e", without leading zeros.
  func number(_ name: String) throws -> [UInt8] {
    var number: OpaquePointer?
    try OpenSSLError.check("EVP_PKEY_get_bn_param \(name)") {
      EVP_PKEY_get_bn_param(handle, name, &number)
    }
    defer { BN_free(number) }
    var bytes = [UInt8](repeating: 0, count: Int(BN_num_bits(number) + 7) / 8)
    BN_bn2bin(number, &bytes)
    return bytes
  }

  /// The public point of an elliptic curve key, uncompressed.
  var point: [UInt8] {
    get throws {
      var bytes: UnsafeMutablePointer<UInt8>?
      let count = EVP_PKEY_get1_encoded_public_key(handle, &bytes)
      guard count > 0, let bytes else { throw OpenSSLError("EVP_PKEY_get1_encoded_public_key") }
      defer { CRYPTO_free(bytes, "", 0) }
      return Array(UnsafeBufferPointer(start: bytes, count: count))
    }
  }
}
