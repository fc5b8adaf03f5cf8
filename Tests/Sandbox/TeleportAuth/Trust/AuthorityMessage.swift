import FoundationEssentials
import TeleportSchema

/// An authority as a resource: `types.CertAuthorityV2`.
struct AuthorityMessage: Sendable {
  let kind: AuthorityKind
  let cluster: String
  let set: AuthoritySet
  /// Whether private keys are told.
  var includesKeys = false

  private static let gracePeriodHours: Double = 30

  func bytes() throws -> [UInt8] {
    var metadata = WireWriter()
    metadata.string(1, cluster)
    metadata.string(2, "default")
    var spec = WireWriter()
    spec.string(1, kind.rawValue)
    spec.string(2, cluster)
    if let rotation = set.rotation { spec.bytes(8, rotationBytes(rotation)) }
    spec.bytes(11, try keys([set.active]))
    spec.bytes(12, try keys(set.additional))
    var resource = WireWriter()
    resource.string(1, "cert_authority")
    resource.string(2, kind.rawValue)
    resource.string(3, "v2")
    resource.bytes(4, metadata.bytes)
    resource.bytes(5, spec.bytes)
    return resource.bytes
  }

  private func keys(_ authorities: [CertificateAuthority]) throws -> [UInt8] {
    var keySet = WireWriter()
    for authority in authorities where kind != .database {
      var pair = WireWriter()
      pair.string(1, try authority.sshAuthorizedKey())
      if includesKeys { pair.string(2, authority.sshKey.pem) }
      keySet.bytes(1, pair.bytes)
    }
    for authority in authorities {
      var pair = WireWriter()
      pair.string(1, try authority.certificate.pem)
      if includesKeys { pair.string(2, authority.tlsKey.pem) }
      keySet.bytes(2, pair.bytes)
    }
    return keySet.bytes
  }

  private func rotationBytes(_ rotation: AuthoritySet.Rotation) -> [UInt8] {
    var writer = WireWriter()
    writer.string(1, rotation.phase == .standby ? "standby" : "in_progress")
    writer.string(2, rotation.phase.rawValue)
    writer.string(3, "manual")
    writer.string(4, rotation.id)
    writer.bytes(5, Self.timestamp(rotation.started))
    writer.varint(6, UInt64(Self.gracePeriodHours * 3600 * 1e9))
    writer.bytes(7, rotation.lastRotated.map(Self.timestamp) ?? TimestampMessage.unset)
    var schedule = WireWriter()
    for (field, moment) in Self.schedule(rotation).enumerated() {
      schedule.bytes(field + 1, Self.timestamp(moment))
    }
    writer.bytes(8, schedule.bytes)
    return writer.bytes
  }

  /// When clients, servers and the end would be due if nobody took the steps by hand.
  private static func schedule(_ rotation: AuthoritySet.Rotation) -> [Date] {
    (1...3).map { rotation.started.addingTimeInterval(Double($0) * gracePeriodHours * 1200) }
  }

  private static func timestamp(_ date: Date) -> [UInt8] {
    TimestampMessage.encode(seconds: Int64(date.timeIntervalSince1970.rounded(.down)))
  }
}
