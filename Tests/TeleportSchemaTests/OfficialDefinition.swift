import Documents
import Testing

@testable import TeleportSchema

/// A CustomResourceDefinition of the official operator, by its names: teleport-wire.md F.4.
struct OfficialDefinition: Sendable, CustomTestStringConvertible {
  let kind: String
  let plural: String
  /// Teleport's name of the kind.
  let teleport: String
  /// The stored version first.
  let versions: [String]

  init(_ kind: String, _ plural: String, _ teleport: String, _ versions: String...) {
    self.kind = kind
    self.plural = plural
    self.teleport = teleport
    self.versions = versions
  }

  var testDescription: String { kind }

  /// The kind and the plural without "teleport"; the first kind of all has none.
  var shortNames: [String] {
    let prefix = "teleport".count
    return kind == "TeleportRole"
      ? [] : [String(kind.lowercased().dropFirst(prefix)), String(plural.dropFirst(prefix))]
  }

  /// Whether a vector's resource is one that this kind declares.
  func takes(_ vector: Vector) -> Bool {
    let row = ResourceSchema.named(teleport)?.customResources.first { $0.kind == kind }
    return row?.subKind == vector.subKind
  }

  static let all: [OfficialDefinition] = [
    .init("TeleportAccessList", "teleportaccesslists", "access_list", "v1"),
    .init(
      "TeleportAccessMonitoringRuleV1", "teleportaccessmonitoringrulesv1", "access_monitoring_rule",
      "v1"),
    .init("TeleportAppV3", "teleportappsv3", "app", "v1"),
    .init("TeleportAutoupdateConfigV1", "teleportautoupdateconfigsv1", "autoupdate_config", "v1"),
    .init(
      "TeleportAutoupdateVersionV1", "teleportautoupdateversionsv1", "autoupdate_version",
      "v1"),
    .init("TeleportBotV1", "teleportbotsv1", "bot", "v1"),
    .init("TeleportDatabaseV3", "teleportdatabasesv3", "db", "v1"),
    .init("TeleportGithubConnector", "teleportgithubconnectors", "github", "v3"),
    .init("TeleportLockV2", "teleportlocksv2", "lock", "v1"),
    .init("TeleportLoginRule", "teleportloginrules", "login_rule", "v1"),
    .init("TeleportOIDCConnector", "teleportoidcconnectors", "oidc", "v3"),
    .init("TeleportOktaImportRule", "teleportoktaimportrules", "okta_import_rule", "v1"),
    .init("TeleportOpenSSHEICEServerV2", "teleportopenssheiceserversv2", "node", "v1"),
    .init("TeleportOpenSSHServerV2", "teleportopensshserversv2", "node", "v1"),
    .init("TeleportProvisionToken", "teleportprovisiontokens", "token", "v2"),
    .init("TeleportRole", "teleportroles", "role", "v5", "v6"),
    .init("TeleportRoleV6", "teleportrolesv6", "role", "v1"),
    .init("TeleportRoleV7", "teleportrolesv7", "role", "v1"),
    .init("TeleportRoleV8", "teleportrolesv8", "role", "v1"),
    .init("TeleportRoleV9", "teleportrolesv9", "role", "v1"),
    .init("TeleportSAMLConnector", "teleportsamlconnectors", "saml", "v2"),
    .init(
      "TeleportSAMLIdPServiceProviderV1", "teleportsamlidpserviceprovidersv1",
      "saml_idp_service_provider",
      "v1"),
    .init("TeleportTrustedClusterV2", "teleporttrustedclustersv2", "trusted_cluster", "v1"),
    .init("TeleportUser", "teleportusers", "user", "v2"),
    .init("TeleportWorkloadIdentityV1", "teleportworkloadidentitiesv1", "workload_identity", "v1"),
  ]
}

extension ResourceSchema {
  /// What a custom resource may say of a resource.
  func withoutWhatTeleportManages(_ resource: JSONValue) -> JSONValue {
    declarable(resource, SchemaPlace(self))
  }

  private func declarable(_ value: JSONValue, _ place: SchemaPlace) -> JSONValue {
    switch value {
    case .object(let members):
      var kept: [String: JSONValue] = [:]
      for (name, member) in members {
        let place = place.member(name, registry)
        if !place.isServerManaged { kept[name] = declarable(member, place) }
      }
      return .object(kept)
    case .array(let items): return .array(items.map { declarable($0, place.element) })
    default: return value
    }
  }
}
