import TeleportSchema

/// One kind of a watch request.
struct WatchedKind: Hashable, Sendable {
  let kind: String
  let name: String
  /// Of authorities: the cluster for each type that is wanted, `*` for any; nothing for all.
  let filter: [String: String]
  let loadsSecrets: Bool
  /// `types.WatchKind` as the client sent it.
  let message: [UInt8]

  init(_ message: [UInt8]) {
    self.message = message
    kind = message.string(at: [1])
    name = message.string(at: [3])
    filter = message.map(at: [4])
    loadsSecrets = message.varint(at: [2]) == 1
  }

  /// The right that is needed to watch it.
  var verb: AccessRules.Verb {
    kind == "cert_authority" && !loadsSecrets ? .readnosecrets : .read
  }

  func matches(_ key: ResourceKey) -> Bool {
    guard kind == key.kind else { return false }
    guard kind == "cert_authority" else { return name.isEmpty || name == key.name }
    let parts = key.name.split(separator: "/", maxSplits: 1).map(String.init)
    guard let type = parts.first, let cluster = parts.last else { return false }
    return (name.isEmpty || name == cluster)
      && (filter.isEmpty || filter[type] == "*" || filter[type] == cluster)
  }

  /// Kinds whose events a server's event parser knows, whether or not this stand-in has any of them.
  static func known(major: Int) -> Set<String> {
    var kinds: Set<String> = [
      "cert_authority", "token", "static_tokens", "cluster_audit_config",
      "cluster_networking_config", "cluster_auth_preference", "session_recording_config",
      "cluster_name", "namespace", "role", "user", "node", "proxy", "auth_server", "tunnel",
      "tunnel_connection", "remote_cluster", "access_request", "app_server", "app_session",
      "web_session", "web_token", "lock", "db_server", "db", "app", "windows_desktop",
      "kube_server", "network_restrictions", "semaphore",
    ]
    if major >= 12 { kinds.formUnion(["saml_idp_service_provider", "okta_import_rule"]) }
    if major >= 15 {
      kinds.formUnion([
        "access_list", "access_monitoring_rule", "autoupdate_config", "autoupdate_version",
        "workload_identity",
      ])
    }
    return kinds
  }
}
