import Crypto
import CryptoExtras
import FoundationEssentials
import SwiftASN1
import X509

/// Public keys in PEM: `RSA PUBLIC KEY` (PKCS#1) and `PUBLIC KEY` (PKIX).
enum PublicKeyPEM {
  static func certificateKey(_ text: String) throws(CallError) -> Certificate.PublicKey {
    do {
      let document = try PEMDocument(pemString: text)
      // CryptoExtras reads RSA keys in both forms.
      return document.discriminator == "RSA PUBLIC KEY"
        ? Certificate.PublicKey(try _RSA.Signing.PublicKey(derRepresentation: document.derBytes))
        : try Certificate.PublicKey(derEncoded: document.derBytes)
    } catch {
      throw CallError(.badParameter, "expected a PEM-encoded public key")
    }
  }
}
