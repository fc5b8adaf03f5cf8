/// Who a Teleport certificate says its holder is: what stands in the certificate's subject.
struct CertificateIdentity: Hashable, Sendable {
  /// The user's name, or `HOST_UUID.CLUSTER`.
  var username: String
  /// Roles of the user; a host has exactly one, its system role.
  var roles: [String]
  var logins: [String] = []
  var usage: [String] = []
  var traits: [String: [String]] = [:]
  var routeToCluster = ""
  var teleportCluster: String
  /// Who asked for the certificate, where that was not the user itself.
  var impersonator = ""
  var botName = ""
  /// "local" or "sso"; empty on servers that do not know the attribute.
  var userType = ""
  var isReissueForbidden = false
  /// Whether the holder may have another of its kind made, without an end.
  var isRenewable = false
  /// Counts the renewals of a bot's certificate; 0 where nothing is counted.
  var generation: UInt64 = 0
  /// Which of a bot's processes this is; empty on servers that do not tell them apart.
  var botInstanceID = ""

  /// Names that only Teleport's own services bear.
  static let systemRoles: Set<String> = [
    "Admin", "Auth", "Proxy", "Node", "Kube", "App", "Db", "Bot", "Nop", "WindowsDesktop",
    "Discovery", "Instance",
  ]

  /// The system role of a host; nil for a user.
  var systemRole: String? { roles.first { Self.systemRoles.contains($0) } }
}
