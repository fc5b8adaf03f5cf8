/// The configuration that a pod finds in itself.
struct ServiceAccount: Sendable {
  static let folder = "/var/run/secrets/kubernetes.io/serviceaccount"

  /// Whether the environment is that of a pod.
  static func isPresent(in environment: [String: String]) -> Bool {
    environment["KUBERNETES_SERVICE_HOST"].map { !$0.isEmpty } ?? false
  }

  static func configuration(
    environment: [String: String], files: FileAccess
  ) throws(ConfigurationError) -> KubernetesConfiguration {
    guard let host = environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty,
      let port = environment["KUBERNETES_SERVICE_PORT"], !port.isEmpty
    else {
      throw ConfigurationError(
        .notFound, "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not both set",
        remedy: "run in a pod, or give --kubeconfig")
    }
    // The token is read at the first call and then again and again; here only its presence counts.
    _ = try text("token", files: files)
    let roots = try text("ca.crt", files: files)
    try TLSMaterial.checkRoots(roots, place: "\(folder)/ca.crt")
    let namespace = (try? text("namespace", files: files)) ?? "default"
    return KubernetesConfiguration(
      server: "https://\(host.contains(":" as Character) ? "[\(host)]" : host):\(port)",
      trust: .roots(pem: roots),
      bearerToken: .file(path: "\(folder)/token"),
      namespace: namespace.isEmpty ? "default" : namespace,
      source: "in-cluster service account")
  }

  private static func text(
    _ name: String, files: FileAccess
  ) throws(ConfigurationError) -> String {
    do {
      return String(decoding: try files.read("\(folder)/\(name)"), as: UTF8.self).trimmed
    } catch {
      let reason =
        switch error {
        case .missing: "does not exist"
        case .unreadable(let reason): reason
        }
      throw ConfigurationError(
        .unreadable, "in-cluster service account: \(folder)/\(name): \(reason)",
        remedy: "set automountServiceAccountToken: true in the pod, or give --kubeconfig")
    }
  }
}

extension String {
  /// Without white space and line ends at both sides.
  var trimmed: String {
    var rest = self[...]
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return String(rest)
  }
}
