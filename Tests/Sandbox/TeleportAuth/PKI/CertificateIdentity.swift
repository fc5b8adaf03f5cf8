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

  /// Names that only Teleport's own services bear.
  static let systemRoles: Set<String> = [
    "Admin", "Auth", "Proxy", "Node", "Kube", "App", "Db", "Bot", "Nop", "WindowsDesktop",
    "Discovery", "Instance",
  ]

  /// The system role of a host; nil for a user.
  var systemRole: String? { roles.first { Self.systemRoles.contains($0) } }
}
