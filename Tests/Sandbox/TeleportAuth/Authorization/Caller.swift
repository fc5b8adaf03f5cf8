import FoundationEssentials

/// Who makes a call, once its certificate has been understood.
struct Caller: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    /// No certificate.
    case anonymous
    /// One of Teleport's own services, by system role.
    case builtin(String)
    case user
  }

  var kind: Kind
  /// The user's name, or the host's `UUID.CLUSTER`.
  var name: String
  /// Roles of the certificate: they count, not those that the user has by now.
  var roles: [String]
  var traits: [String: [String]]
  var impersonator: String
  var certificateExpires: Date?
  var isReissueForbidden: Bool
  var isRenewable = false
  var generation: UInt64 = 0
  var botName = ""
  var botInstanceID = ""
  var rules: AccessRules

  static let anonymous = Caller(
    kind: .anonymous, name: "Nop", roles: [], traits: [:], impersonator: "",
    certificateExpires: nil, isReissueForbidden: true, rules: .nothing)

  var isAdmin: Bool { kind == .builtin("Admin") }
}
