import Operations

/// How the bot comes to its identity.
enum JoinSettings: Sendable {
  /// With the admin identity of the auth service whose data directory is on this machine. Keeps nothing, counts nothing.
  case localAdmin(LocalAdmin)
  /// With a join token that is used up by the first join; the identity that it brings is renewed and kept.
  case token(Onboarding)
  /// With the pod's service account token; each renewal joins anew, so there is nothing to keep.
  case kubernetes(Onboarding)

  struct LocalAdmin: Hashable, Sendable {
    /// Of the auth service, as in /var/lib/teleport.
    let dataDirectory: String
    /// Its user is `bot-` and this.
    let botName: String
    let roles: BotRoles
  }
}

/// The roles that a bot made by the local admin identity holds.
enum BotRoles: Hashable, Sendable {
  /// One role of just what the operator needs, kept by tbot-lite.
  case operatorRole(named: String)
  /// Roles that are there already and that tbot-lite does not touch. Never empty.
  case existing([String])

  var names: [String] {
    switch self {
    case .operatorRole(let name): [name]
    case .existing(let names): names
    }
  }
}

/// What joining by a token or by a service account needs.
struct Onboarding: Hashable, Sendable {
  let token: TokenSource
  let trust: FirstContact
  /// The directory that keeps the renewable identity: set for method token, nil for method kubernetes.
  let storage: String?
  /// The file with the service account's token: set for method kubernetes, nil for method token.
  let jwtPath: String?
}

/// Where the join token comes from.
enum TokenSource: Hashable, Sendable {
  /// A file that holds it; white space around it does not count. Read when joining, not before: it may be gone later.
  case file(String)
  case value(Secret<String>)
}

/// How the cluster is recognised before there is an identity.
enum FirstContact: Hashable, Sendable {
  /// `sha256:` and 64 lower-case hexadecimal digits each, at least one; see `CAPin`.
  case pins([String])
  /// A file of PEM certificates: the cluster's host CA.
  case file(String)
}
