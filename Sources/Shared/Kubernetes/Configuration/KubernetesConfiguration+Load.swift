extension KubernetesConfiguration {
  /// Finds the configuration as Kubernetes controllers do: the kubeconfig that is named, else those that
  /// `$KUBECONFIG` lists, else the pod's service account, else `~/.kube/config`.
  ///
  /// - Parameters:
  ///   - kubeconfig: A file to use and no other.
  ///   - context: The context to use; nil for the `current-context`. Rules out the service account.
  ///   - environment: Of which `KUBECONFIG`, `HOME`, `KUBERNETES_SERVICE_HOST` and `…_PORT` are looked at.
  public static func load(
    kubeconfig: String? = nil, context: String? = nil, environment: [String: String],
    files: FileAccess = .local
  ) throws(ConfigurationError) -> KubernetesConfiguration {
    if let kubeconfig, !kubeconfig.isEmpty {
      guard let read = try read(kubeconfig, files: files) else {
        throw ConfigurationError(
          .unreadable, "the kubeconfig \(kubeconfig) does not exist",
          remedy: "correct --kubeconfig")
      }
      return try read.resolve(context: context, files: files)
    }
    if let list = environment["KUBECONFIG"], !list.isEmpty {
      return try merged(list, files: files).resolve(context: context, files: files)
    }
    if context == nil, ServiceAccount.isPresent(in: environment) {
      return try ServiceAccount.configuration(environment: environment, files: files)
    }
    let standard = (environment["HOME"] ?? "") + "/.kube/config"
    if let read = try read(standard, files: files) {
      return try read.resolve(context: context, files: files)
    }
    throw ConfigurationError(
      .notFound, "no Kubernetes configuration: not in a pod, no $KUBECONFIG, no \(standard)",
      remedy: "give --kubeconfig FILE, or run in a pod with a service account")
  }

  /// Files of a `$KUBECONFIG` list that do not exist are passed over, as kubectl does.
  private static func merged(
    _ list: String, files: FileAccess
  ) throws(ConfigurationError) -> Kubeconfig {
    var merged: Kubeconfig?
    for path in list.split(separator: ":") {
      guard let next = try read(String(path), files: files) else { continue }
      merged?.merge(next)
      merged = merged ?? next
    }
    guard let merged else {
      throw ConfigurationError(
        .unreadable, "none of the files in $KUBECONFIG exists: \(list)",
        remedy: "correct or unset KUBECONFIG, or give --kubeconfig")
    }
    return merged
  }

  private static func read(
    _ path: String, files: FileAccess
  ) throws(ConfigurationError) -> Kubeconfig? {
    let bytes: [UInt8]
    do {
      bytes = try files.read(path)
    } catch {
      switch error {
      case .missing: return nil
      case .unreadable(let reason):
        throw ConfigurationError(
          .unreadable, "the kubeconfig \(path): \(reason)", remedy: "make it readable for this user"
        )
      }
    }
    return try Kubeconfig(text: String(decoding: bytes, as: UTF8.self), file: path)
  }
}
