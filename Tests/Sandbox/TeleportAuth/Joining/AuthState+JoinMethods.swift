extension AuthState {
  /// Checks what a join method asks for besides the token's name.
  func requireProof(_ request: JoinRequest, for token: StoredResource?) throws(CallError) {
    guard let token else { return }
    let method = token.message.string(at: TokenField.joinMethod)
    switch method {
    case "token":
      return
    case "kubernetes":
      try requireServiceAccount(request, token)
    case "iam", "azure", "tpm", "oracle":
      throw CallError(
        .accessDenied,
        "this token is only valid for the \(method) join method but the node has connected to the "
          + "wrong endpoint, make sure your node is configured to use the \(method) join method")
    default:
      throw CallError(
        .notImplemented, "the stand-in has no join method but token and kubernetes")
    }
  }

  private func requireServiceAccount(
    _ request: JoinRequest, _ token: StoredResource
  ) throws(CallError) {
    guard !request.idToken.isEmpty else {
      throw CallError(.badParameter, "IDToken not provided for Kubernetes join request")
    }
    let failure =
      major < 15
      ? "failed to validate the Kubernetes token" : "reviewing kubernetes token with in_cluster"
    switch reviewToken?(request.idToken) {
    case nil:
      throw CallError(
        .unknown,
        "unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and "
          + "KUBERNETES_SERVICE_PORT must be defined"
      ).wrapped("failed to initialize in-cluster Kubernetes config").wrapped(failure)
    case .refused(let reason):
      throw CallError(.accessDenied, "kubernetes failed to validate token: \(reason)")
        .wrapped(failure)
    case .serviceAccount(let account):
      let allowed = token.message.messages(at: TokenField.kubernetesRules)
        .map { $0.string(at: [1]) }
      guard allowed.contains(account) else {
        throw CallError(
          .accessDenied,
          major < 16
            ? "kubernetes token user info did not match any allow rules"
            : "kubernetes token did not match any allow rules")
      }
    }
  }
}
