import TeleportSchema

/// What an auth service says of itself in its reply to Ping.
public struct ServerInfo: Hashable, Sendable {
  public let clusterName: String
  /// "18.0.0"; also the value of the `version` header that every call carries.
  public let version: String
  public let major: Int
  /// What the cluster's licence includes: entitlements, and features from before there were any, by name.
  private let licence: [String: Bool]
  /// Servers up to 14 tell no entitlements.
  private let tellsEntitlements: Bool

  init(_ reply: Proto_PingResponse) {
    clusterName = reply.clusterName
    version = reply.serverVersion
    major = Int(reply.serverVersion.prefix { $0 != "." }) ?? 0
    let features = reply.serverFeatures
    tellsEntitlements = !features.entitlements.isEmpty
    let legacy = [
      "OIDC": features.oidc, "SAML": features.saml,
      "AdvancedAccessWorkflows": features.advancedAccessWorkflows,
    ]
    licence = legacy.merging(features.entitlements.mapValues(\.enabled)) { $1 }
  }

  /// Whether the cluster has a kind of resource: its version knows it, and its licence includes it.
  public func serves(_ schema: ResourceSchema) -> Bool {
    schema.since <= major && isEntitled(to: schema)
  }

  /// Whether the licence includes a kind. Where the server does not tell, it is taken to.
  public func isEntitled(to schema: ResourceSchema) -> Bool {
    schema.entitlements.isEmpty
      || schema.entitlements.contains { licence[$0] ?? !tellsEntitlements }
  }
}
