/// Ways to log in, and clusters that are trusted.
extension ServedKind {
  private static let auth = "proto.AuthService/"

  static let connectors = [github, oidc, saml, trustedCluster]

  /// The calls of a connector: legacy ones everywhere, ones that answer with the resource from 15 on.
  private static func connectorCalls(_ name: String) -> [ServedCall] {
    [
      ServedCall(auth + "Get\(name)Connector", .get(name: 1, secrets: 2)),
      ServedCall(auth + "Get\(name)Connectors", .list(.init(secrets: 1))),
      ServedCall(auth + "Upsert\(name)Connector", .upsert, answer: .empty),
      ServedCall(auth + "Create\(name)Connector", .create, .modern, resource: 1),
      ServedCall(
        auth + "Update\(name)Connector", .update(conditional: true), .modern, resource: 1),
      ServedCall(auth + "Upsert\(name)ConnectorV2", .upsert, .modern, resource: 1),
      ServedCall(auth + "Delete\(name)Connector", .delete(name: 1)),
    ]
  }

  private static let github = ServedKind(
    kind: "github", version: "v3", rules: ["github", "auth_connector"], secrets: [[5, 2]],
    complete: { connector, _ throws(CallError) in
      let mappings = connector.messages(at: [5, 6])
      if mappings.isEmpty, connector.messages(at: [5, 4]).isEmpty {
        throw CallError(
          .badParameter,
          "team_to_logins or team_to_roles mapping is invalid, no mappings defined.")
      }
      for (index, mapping) in mappings.enumerated() where mapping.string(at: [2]).isEmpty {
        throw CallError(
          .badParameter, "team_to_roles mapping #\(index + 1) is invalid, team is empty.")
      }
    },
    calls: connectorCalls("Github"))

  /// Writes take Teleport Enterprise; reads and deletions do not.
  private static func enterprise(
    _ name: String, _ isThere: @escaping @Sendable (TeleportSandbox.Features) -> Bool
  ) -> Licence {
    Licence(isThere: isThere) { call in
      call.isWrite
        ? CallError(.accessDenied, "\(name) is only available in Teleport Enterprise") : nil
    }
  }

  private static let oidc = ServedKind(
    kind: "oidc", version: "v3", rules: ["oidc", "auth_connector"],
    licence: enterprise("OIDC") { $0.oidc }, secrets: [[5, 3], [5, 12]],
    complete: { connector, _ throws(CallError) in
      if connector.string(at: [5, 3]).isEmpty {
        throw CallError(.badParameter, "OIDC connector is missing required client_secret")
      }
      if connector.messages(at: [5, 10]).isEmpty {
        throw CallError(
          .badParameter,
          "claims_to_roles is empty, authorization with connector would never assign any roles")
      }
    },
    calls: connectorCalls("OIDC"))

  private static let saml = ServedKind(
    kind: "saml", version: "v2", rules: ["saml", "auth_connector"],
    licence: enterprise("SAML") { $0.saml }, secrets: [[5, 11, 1]],
    complete: { connector, context throws(CallError) in
      if connector.string(at: [5, 5]).isEmpty {
        throw CallError(
          .badParameter,
          "missing acs - assertion consumer service parameter, set service URL that will receive POST requests from SAML"
        )
      }
      if connector.messages(at: [5, 10]).isEmpty {
        throw CallError(
          .badParameter,
          "attributes_to_roles is empty, authorization with connector would never assign any roles")
      }
      connector.setDefault([5, 6], .string(connector.string(at: [5, 5])))
      connector.setDefault([5, 7], .string(connector.string(at: [5, 5])))
      try keepSigningKey(&connector, context)
    },
    calls: connectorCalls("SAML"))

  /// Without a key pair the server makes one; from 15 on it keeps the key of a certificate that it knows.
  private static func keepSigningKey(
    _ connector: inout [UInt8], _ context: WriteContext
  ) throws(CallError) {
    if !connector.has([5, 11]) {
      let number = Int(context.seconds * 1_000_000)
      connector.set([5, 11, 1], to: .string("key \(number)"))
      connector.set([5, 11, 2], to: .string("certificate \(number)"))
      return
    }
    guard context.major >= 15, connector.string(at: [5, 11, 1]).isEmpty else { return }
    let known = context.existing ?? []
    guard known.string(at: [5, 11, 2]) == connector.string(at: [5, 11, 2]) else {
      throw CallError(
        .badParameter, "failed to update the SAML connector, the SAML connector has no signing key")
    }
    connector.set([5, 11, 1], to: .string(known.string(at: [5, 11, 1])))
  }

  private static let trust = "teleport.trust.v1.TrustService/"

  private static let trustedCluster = ServedKind(
    kind: "trusted_cluster", version: "v2", rules: ["trusted_cluster"],
    complete: { cluster, context throws(CallError) in
      if cluster.string(at: [5, 4]).isEmpty {
        throw CallError(.badParameter, "missing web_proxy_addr")
      }
      cluster.setDefault([5, 5], .string(cluster.string(at: [5, 4])))
      guard let existing = context.existing else { return }
      for (path, name) in [([5, 3], "token"), ([5, 4], "web_proxy_addr")]
      where existing.string(at: path) != cluster.string(at: path) {
        throw CallError(
          .badParameter, "can not update \(name) for existing trusted cluster")
      }
    },
    calls: [
      ServedCall(auth + "GetTrustedCluster", .get(name: 1)),
      ServedCall(auth + "GetTrustedClusters", .list(.init())),
      ServedCall(auth + "UpsertTrustedCluster", .upsert),
      ServedCall(trust + "CreateTrustedCluster", .create, .modern, resource: 1),
      ServedCall(trust + "UpdateTrustedCluster", .update(conditional: true), .modern, resource: 1),
      ServedCall(trust + "UpsertTrustedCluster", .upsert, .modern, resource: 1),
      ServedCall(auth + "DeleteTrustedCluster", .delete(name: 1)),
    ])
}
