import Documents

extension Kubeconfig {
  /// Follows a context to its cluster and user.
  ///
  /// - Parameters:
  ///   - context: The context to use; nil for the `current-context`.
  ///   - files: For the certificate and key files that entries name.
  public func resolve(
    context: String? = nil, files: FileAccess = .local
  ) throws(ConfigurationError) -> KubernetesConfiguration {
    let place = self.files.joined(separator: ", ")
    let known =
      contextNames.isEmpty ? "it has no contexts" : "it has " + contextNames.joined(separator: ", ")
    guard let name = context ?? currentContext else {
      throw ConfigurationError(
        .noContext, "\(place) sets no current-context (\(known))",
        remedy: "name one with --context, or run `kubectl config use-context NAME`")
    }
    guard let entry = contexts[name] else {
      let origin = context == nil ? "its current-context" : "the context asked for"
      throw ConfigurationError(
        .unknownContext, "\(place) has no context \"\(name)\", \(origin) (\(known))",
        remedy: "name one of these with --context, or give another kubeconfig")
    }
    let chosen = KubeconfigEntry(kind: "context", name: name, entry: entry, files: files)
    let cluster = try lookUp("cluster", in: clusters, from: chosen)
    let user = try lookUpUser(from: chosen)

    var configuration = KubernetesConfiguration(
      server: try server(of: cluster),
      namespace: try chosen.string("namespace") ?? "default",
      source: "kubeconfig \(entry.file), context \(name)")
    configuration.trust = try trust(of: cluster)
    configuration.tlsServerName = try cluster.string("tls-server-name")
    if let user { try authenticate(&configuration, as: user) }
    return configuration
  }

  private func lookUp(
    _ kind: String, in entries: [String: Entry], from context: KubeconfigEntry
  ) throws(ConfigurationError) -> KubeconfigEntry {
    guard let name = try context.string(kind) else {
      throw ConfigurationError(
        .incomplete, "\(context.place) names no \(kind)",
        remedy: "set it with `kubectl config set-context \(context.name) --\(kind)=NAME`")
    }
    guard let entry = entries[name] else {
      let known = entries.isEmpty ? "there are none" : "known: \(entries.keys.sorted().joined(separator: ", "))"
      throw ConfigurationError(
        .incomplete, "\(context.place) names \(kind) \"\(name)\", which is not there (\(known))",
        remedy: "add the \(kind) or correct the context")
    }
    return KubeconfigEntry(kind: kind, name: name, entry: entry, files: context.files)
  }

  private func lookUpUser(
    from context: KubeconfigEntry
  ) throws(ConfigurationError) -> KubeconfigEntry? {
    guard try context.string("user") != nil else { return nil }
    return try lookUp("user", in: users, from: context)
  }
}

// MARK: - Cluster

extension Kubeconfig {
  private func server(of cluster: KubeconfigEntry) throws(ConfigurationError) -> String {
    guard var server = try cluster.string("server") else {
      throw ConfigurationError(
        .incomplete, "\(cluster.place) has no `server`", remedy: "set the URL of the kube-apiserver")
    }
    if try cluster.string("proxy-url") != nil {
      throw ConfigurationError(
        .unsupported, "\(cluster.place) sets `proxy-url`, which is not supported",
        remedy: "remove it and give a `server` that is reachable directly")
    }
    if !server.contains("://") { server = "https://" + server }
    guard server.hasPrefix("https://") || server.hasPrefix("http://") else {
      throw ConfigurationError(
        .malformed, "\(cluster.place): `server` is neither an https nor an http URL",
        remedy: "write it as https://HOST:PORT")
    }
    while server.hasSuffix("/") { server.removeLast() }
    return server
  }

  private func trust(
    of cluster: KubeconfigEntry
  ) throws(ConfigurationError) -> KubernetesConfiguration.Trust {
    let roots = try cluster.pem("certificate-authority")
    guard try cluster.bool("insecure-skip-tls-verify") else {
      guard let roots else { return .system }
      try TLSMaterial.checkRoots(roots, place: "\(cluster.place): `certificate-authority`")
      return .roots(pem: roots)
    }
    guard roots == nil else {
      throw ConfigurationError(
        .malformed,
        "\(cluster.place) has both `insecure-skip-tls-verify` and `certificate-authority`",
        remedy: "remove `insecure-skip-tls-verify`")
    }
    return .unverified
  }
}

// MARK: - User

extension Kubeconfig {
  private static let refused: [(field: String, remedy: String)] = [
    (
      "exec",
      "use a user with a token, tokenFile or client certificate, such as a service account's (`kubectl create token`)"
    ),
    ("auth-provider", "use a user with a token, tokenFile or client certificate"),
    ("username", "use a token or client certificate; kube-apiserver has no basic authentication"),
    ("as", "grant the rights to the user itself instead of impersonating another"),
  ]

  private func authenticate(
    _ configuration: inout KubernetesConfiguration, as user: KubeconfigEntry
  ) throws(ConfigurationError) {
    for (field, remedy) in Self.refused {
      if let value = user.entry.fields[field], !value.isNull, value.string != "" {
        throw ConfigurationError(
          .unsupported, "\(user.place) uses `\(field)`, which is not supported", remedy: remedy)
      }
    }
    if let path = try user.path("tokenFile") {
      configuration.bearerToken = .file(path: path)
    } else if let token = try user.string("token") {
      configuration.bearerToken = .fixed(Secret(token))
    }
    let certificate = try user.pem("client-certificate")
    let key = try user.pem("client-key")
    switch (certificate, key) {
    case (nil, nil): break
    case (let certificate?, let key?):
      let identity = KubernetesConfiguration.ClientIdentity(
        certificateChain: certificate, privateKey: Secret(key))
      try TLSMaterial.check(identity, place: user.place)
      configuration.clientIdentity = identity
    case (.some, nil), (nil, .some):
      let missing = key == nil ? "client-key" : "client-certificate"
      throw ConfigurationError(
        .incomplete, "\(user.place) has only half a client certificate: `\(missing)` is missing",
        remedy: "set both `client-certificate` and `client-key`, or neither")
    }
  }
}
