import SwiftASN1
import X509

/// What Teleport writes into a subject, beside the usual attributes.
///
/// Source: teleport-wire.md E.4; lib/tlsca/ca.go.
struct TeleportAttributes: Sendable {
  let clusterName: String?
  let isRenewable: Bool
  let generation: UInt64?
  let impersonator: String?
  let disallowsReissue: Bool
  let botName: String?
  let botInstanceID: String?

  init(_ subject: DistinguishedName) {
    func value(_ group: UInt, _ number: UInt) -> String? {
      subject.values(of: [1, 3, 9999, group, number]).first
    }
    clusterName = value(1, 7)
    isRenewable = value(1, 13) == "true"
    generation = value(1, 14).flatMap { UInt64($0) }
    impersonator = value(2, 7)
    disallowsReissue = value(2, 9) == "true"
    botName = value(2, 18)
    botInstanceID = value(2, 20)
  }
}

extension CertificateFacts {
  /// The cluster that the identity belongs to.
  public var clusterName: String? { attributes.clusterName }
  /// Whether the identity may be renewed with itself: one that is is counted, and may be used by one process only.
  public var isRenewable: Bool { attributes.isRenewable }
  /// How often a renewable identity was renewed.
  public var generation: UInt64? { attributes.generation }
  /// Who had the certificate issued for this user.
  public var impersonator: String? { attributes.impersonator }
  /// Whether no other certificate may be had with this one.
  public var disallowsReissue: Bool { attributes.disallowsReissue }
  public var botName: String? { attributes.botName }
  public var botInstanceID: String? { attributes.botInstanceID }
}
