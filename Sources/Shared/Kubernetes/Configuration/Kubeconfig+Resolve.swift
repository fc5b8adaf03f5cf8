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
      let known =
        entries.isEmpty
        ? "there are none" : "known: \(entries.keys.sorted().joined(separator: ", "))"
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
