import Credentials
import Crypto
import FoundationEssentials
import NIOSSL

/// The fingerprint of a CA, which a person carries from the cluster to a new client.
///
/// SHA-256 of the DER form of the certificate's SubjectPublicKeyInfo, so that it stays when only the certificate is
/// made anew. Source: `tctl status`, Teleport 11 to 18.
public struct CAPin: Hashable, Sendable, CustomStringConvertible {
  private static let algorithm = "sha256:"
  private static let digits = 64

  /// Lower-case hexadecimal.
  private let digest: String

  /// Reads `sha256:` and 64 hexadecimal digits, as `tctl status` prints it.
  ///
  /// - Throws: `.invalidArgument`
  public init(_ text: String) throws(TeleportError) {
    let digest = text.dropFirst(Self.algorithm.count).lowercased()
    guard text.lowercased().hasPrefix(Self.algorithm), digest.count == Self.digits,
      digest.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else {
      throw TeleportError(
        .invalidArgument, operation: "CA pin",
        ownWords:
          "has to be sha256: and \(Self.digits) hexadecimal digits, as tctl status prints it",
        mayHaveTakenEffect: false)
    }
    self.digest = digest
  }

  /// The pin of a CA certificate.
  ///
  /// - Throws: `.invalidArgument` where it is not one.
  public init(certificatePEM: String) throws(TeleportError) {
    do {
      let certificate = try NIOSSLCertificate(bytes: Array(certificatePEM.utf8), format: .pem)
      let key = try certificate.extractPublicKey().toSPKIBytes()
      digest = SHA256.hash(data: key).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    } catch {
      throw TeleportError(
        .invalidArgument, operation: "CA pin", ownWords: "the CA certificate cannot be read",
        mayHaveTakenEffect: false)
    }
  }

  /// Whether the certificate has the pinned key. False for what is no certificate.
  public func matches(certificatePEM: String) -> Bool {
    (try? CAPin(certificatePEM: certificatePEM)) == self
  }

  public var description: String { Self.algorithm + digest }
}
