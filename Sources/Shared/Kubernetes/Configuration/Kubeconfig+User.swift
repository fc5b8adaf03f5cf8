import Documents
import Operations

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

  func authenticate(
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
