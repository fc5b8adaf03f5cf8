extension KubernetesSandbox {
  /// Writes a kubeconfig (mode 0600, context `sandbox`) with the bearer token of a user.
  ///
  /// - Parameter user: the user's name; nil for the first one.
  /// - Throws: `SandboxError` when the file cannot be written or there is no such user.
  public func writeKubeconfig(
    to path: String, user: String? = nil, namespace: String = "default"
  ) throws {
    var token = adminToken
    if let user {
      guard let found = users.named(user) else { throw SandboxError.unknown("user", user) }
      token = found.token
    }
    try Kubeconfig(
      url: url, authorityPEM: caPEM, credential: .token(token), namespace: namespace
    ).write(to: path)
  }

  /// Writes a kubeconfig that authenticates by a client certificate of a user.
  ///
  /// - Throws: `SandboxError` when the file cannot be written or there is no such user.
  public func writeKubeconfig(to path: String, certificateOf user: String) throws {
    guard let found = users.named(user) else { throw SandboxError.unknown("user", user) }
    let pair = try certificates.client(user: found.name, groups: found.groups)
    try Kubeconfig(url: url, authorityPEM: caPEM, credential: .certificate(pair)).write(to: path)
  }

  /// A client certificate and its key, PEM.
  public func clientCertificate(user: String) throws -> (certificate: String, key: String) {
    guard let found = users.named(user) else { throw SandboxError.unknown("user", user) }
    let pair = try certificates.client(user: found.name, groups: found.groups)
    return (pair.certificatePEM, pair.keyPEM)
  }

  /// Adds a user, or replaces the one of that name: its old token is no longer accepted.
  public func setUser(_ user: SandboxUser) { users.set(user) }

  public func removeUser(_ name: String) { users.remove(name) }
}
