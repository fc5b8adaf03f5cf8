import FoundationEssentials
import X509

/// What an authority's certificates are for; the names are Teleport's.
enum AuthorityKind: String, CaseIterable, Sendable {
  case host
  case user
  case database = "db"
}

/// One kind of authority, with what a rotation adds to it and takes away.
struct AuthoritySet: Sendable {
  /// Where a rotation is, as the resource tells it.
  struct Rotation: Hashable, Sendable {
    var phase: TeleportSandbox.RotationPhase
    let id: String
    let started: Date
    /// When the last one was complete.
    var lastRotated: Date?
  }

  /// What signs.
  private(set) var active: CertificateAuthority
  /// Trusted besides: signs nothing yet, or no more.
  private(set) var additional: [CertificateAuthority] = []
  private(set) var rotation: Rotation?

  init(_ first: CertificateAuthority) { active = first }

  /// Everything that is trusted, what signs first.
  var all: [CertificateAuthority] { [active] + additional }

  var certificates: [Certificate] { all.map(\.certificate) }

  mutating func rotate(
    to phase: TeleportSandbox.RotationPhase, now: Date, make: () throws -> CertificateAuthority
  ) rethrows {
    switch phase {
    case .initial:
      additional = [try make()]
      rotation = Rotation(
        phase: phase, id: UUID().uuidString.lowercased(), started: now,
        lastRotated: rotation?.lastRotated)
    case .updateClients:
      guard let next = additional.first else { break }
      (active, additional) = (next, [active])
    case .updateServers:
      break
    case .standby:
      additional = []
      rotation?.lastRotated = now
    }
    rotation?.phase = phase
  }
}
