import CryptoExtras

/// RSA keys for stand-ins of versions up to 16, made once per process: dozens of stand-ins with six keys each would
/// spend most of a test run on prime numbers.
///
/// No trust leaks from one stand-in to another: every authority has a name of its own, and a certificate's issuer must
/// have both that name and that key. Within a stand-in each purpose has a different key.
enum SharedRSAKeys {
  enum Purpose: Sendable {
    case hostTLS
    case hostSSH
    case userTLS
    case userSSH
    case databaseTLS
    case identity
  }

  private static let keys: [Purpose: Result<KeyPair, any Error>] = [
    .hostTLS: make(), .hostSSH: make(), .userTLS: make(), .userSSH: make(), .databaseTLS: make(),
    .identity: make(),
  ]

  static func key(for purpose: Purpose) throws -> KeyPair {
    switch keys[purpose] {
    case .some(let key): try key.get()
    case nil: try KeyPair.generate(.rsa2048)
    }
  }

  private static func make() -> Result<KeyPair, any Error> {
    Result { try KeyPair.generate(.rsa2048) }
  }
}

extension KeyPair {
  /// The key of a new stand-in for that purpose.
  static func first(_ family: Family, for purpose: SharedRSAKeys.Purpose) throws -> KeyPair {
    switch family {
    case .rsa2048: try SharedRSAKeys.key(for: purpose)
    case .p256: try generate(.p256)
    }
  }
}
