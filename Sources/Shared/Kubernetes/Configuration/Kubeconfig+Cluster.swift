extension Kubeconfig {
  func server(of cluster: KubeconfigEntry) throws(ConfigurationError) -> String {
    guard var server = try cluster.string("server") else {
      throw ConfigurationError(
        .incomplete, "\(cluster.place) has no `server`", remedy: "set the URL of the kube-apiserver"
      )
    }
    if try cluster.string("proxy-url") != nil {
      throw ConfigurationError(
        .unsupported, "\(cluster.place) sets `proxy-url`, which is not supported",
        remedy: "remove it and give a `server` that is reachable directly")
    }
    if server.firstRange(of: "://") == nil { server = "https://" + server }
    guard server.hasPrefix("https://") || server.hasPrefix("http://") else {
      throw ConfigurationError(
        .malformed, "\(cluster.place): `server` is neither an https nor an http URL",
        remedy: "write it as https://HOST:PORT")
    }
    while server.hasSuffix("/") { server.removeLast() }
    return server
  }

  func trust(
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
