import Credentials

/// An identity that certificates for the outputs can be asked for with.
struct BotIdentity: Sendable {
  let tls: TLSIdentity
  /// authorized_keys lines of the host CA, as far as the identity's own source knows them.
  let sshHostCAs: [String]
  /// Whom the outputs' certificates are issued for.
  let user: String
  /// Whether a request can name the roles that its certificate shall have.
  let requestsRoles: Bool
  /// What somebody should know who could do something about it.
  var warning: String?

  func warning(_ text: String) -> BotIdentity {
    var copy = self
    copy.warning = text
    return copy
  }
}
