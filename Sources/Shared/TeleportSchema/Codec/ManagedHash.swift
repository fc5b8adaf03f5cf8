import Crypto

/// A digest of the managed fields of a resource in canonical form, for "has this changed".
///
/// - Guarantees: equal for encodings that mean the same; not affected by fields that Teleport manages or this build
///   does not know. Never covers a sensitive field: hashes stand in statuses, where anybody could try what gives the
///   same one. Whoever has to notice that a secret has changed must find that out by other means.
public struct ManagedHash: Hashable, Sendable, CustomStringConvertible {
  private let high: UInt64
  private let low: UInt64

  init(of canonical: [UInt8]) {
    let words = SHA256.hash(data: canonical).withUnsafeBytes {
      (
        UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)),
        UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
      )
    }
    (high, low) = words
  }

  /// 32 hexadecimal digits.
  public var description: String {
    String(unsafeUninitializedCapacity: 32) { buffer in
      for position in 0..<32 {
        let word = position < 16 ? high : low
        let digit = UInt8(truncatingIfNeeded: word >> UInt64(60 - position % 16 * 4)) & 15
        buffer[position] = digit < 10 ? 0x30 + digit : 0x57 + digit
      }
      return 32
    }
  }
}

extension ResourceSchema {
  /// - Throws: `WireError` for bytes that are no message of this kind.
  public func managedDigest(of bytes: some Collection<UInt8>) throws(WireError) -> ManagedHash {
    ManagedHash(of: try canonicalForm(of: bytes))
  }

  /// `managedDigest` as text, as statuses keep it: 32 hexadecimal digits.
  public func managedHash(of bytes: some Collection<UInt8>) throws(WireError) -> String {
    try managedDigest(of: bytes).description
  }

  /// What `managedHash` is the hash of.
  func canonicalForm(of bytes: some Collection<UInt8>) throws(WireError) -> [UInt8] {
    guard let root = registry.canonical.position(of: message.name) else { return [] }
    return try CanonicalWriter.bytes(of: Array(bytes), as: root, registry.canonical)
  }
}
