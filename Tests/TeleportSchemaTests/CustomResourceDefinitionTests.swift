import Documents
import FoundationEssentials
import Testing

@testable import TeleportSchema

/// What the definitions must be: teleport-wire.md F.1 and F.4, the official operator's.
@Suite struct CustomResourceDefinitionTests {
  typealias Row = OfficialDefinition

  static let rows = OfficialDefinition.all

  private static func row(_ kind: String) throws -> Row {
    try #require(rows.first { $0.kind == kind })
  }

  private func definition(_ row: Row) throws -> JSONValue {
    let all = try CustomResourceDefinition.all()
    return try #require(all.first { $0[["spec", "names", "kind"]]?.string == row.kind })
  }

  private func versions(_ row: Row) throws -> [JSONValue] {
    try #require(definition(row)[["spec", "versions"]]?.array)
  }

  private func spec(_ row: Row) throws -> StructuralSchema {
    let version = try #require(versions(row).first)
    return StructuralSchema(
      value: try #require(version[["schema", "openAPIV3Schema", "properties", "spec"]]))
  }

  @Test func thereAreNoOthers() throws {
    let kinds = try CustomResourceDefinition.all().map { $0[["spec", "names", "kind"]]?.string }
    #expect(Set(kinds) == Set(Self.rows.map(\.kind)) && kinds.count == Self.rows.count)
  }

  @Test(arguments: rows) func namesAndVersionsAreTheOfficialOperators(_ row: Row) throws {
    let definition = try definition(row)
    #expect(definition["apiVersion"] == "apiextensions.k8s.io/v1")
    #expect(
      definition[["metadata", "name"]]?.string == "\(row.plural).resources.teleport.dev")
    #expect(definition[["spec", "group"]] == "resources.teleport.dev")
    #expect(definition[["spec", "scope"]] == "Namespaced")
    let names = definition[["spec", "names"]]
    #expect(names?["plural"]?.string == row.plural)
    #expect(names?["singular"]?.string == row.kind.lowercased())
    #expect(names?["listKind"]?.string == row.kind + "List")
    #expect((names?["shortNames"]?.array ?? []).map(\.string) == row.shortNames)
    let versions = try versions(row)
    #expect(versions.map { $0["name"]?.string } == row.versions)
    #expect(versions.allSatisfy { $0["served"] == true })
    #expect(versions.map { $0["storage"]?.bool } == row.versions.map { $0 == row.versions[0] })
    #expect(versions.allSatisfy { $0[["subresources", "status"]] == [:] })
  }

  @Test(arguments: rows) func schemasAreStructural(_ row: Row) throws {
    for version in try versions(row) {
      let schema = StructuralSchema(value: try #require(version[["schema", "openAPIV3Schema"]]))
      #expect(schema.problems().isEmpty)
      #expect(schema["status.conditions"]?["x-kubernetes-list-map-keys"] == ["type"])
    }
  }

  /// Every field that Teleport 18 knows stands in some vector.
  @Test(arguments: rows) func everyVectorFits(_ row: Row) throws {
    let schema = try spec(row)
    let message = try #require(ResourceSchema.named(row.teleport))
    for vector in try Vector.all(row.teleport) where row.takes(vector) {
      var declarable = message.withoutWhatTeleportManages(vector.resource)["spec"] ?? [:]
      if row.teleport == "user" { declarable["expires"] = nil }
      #expect(schema.misfits(declarable).isEmpty, "\(vector.field)")
    }
  }

  @Test(arguments: [
    ("TeleportRole", ["options", "allow", "deny"]),
    (
      "TeleportUser",
      [
        "github_identities", "oidc_identities", "saml_identities", "roles", "traits",
        "trusted_device_ids",
      ]
    ),
    (
      "TeleportLoginRule", ["priority", "traits_map", "traits_expression"]
    ),
  ])
  func fieldsOfTheKindStandInItAndNoOthers(kind: String, fields: [String]) throws {
    // A field that no manifest may set must not be offered.
    let row = try #require(Self.rows.first { $0.kind == kind })
    #expect(try spec(row).value["properties"]?.object.map { Set($0.keys) } == Set(fields))
  }

  // MARK: - Shapes

  static let labelFields = [
    "allow.node_labels", "allow.app_labels", "allow.cluster_labels", "allow.kubernetes_labels",
    "allow.db_labels", "allow.db_service_labels", "allow.windows_desktop_labels",
    "allow.group_labels", "allow.workload_identity_labels", "deny.node_labels",
    "allow.db_permissions.match",
  ]

  @Test(arguments: labelFields) func labelsTakeAStringOrAList(_ path: String) throws {
    let field = try spec(Self.row("TeleportRole"))[path]
    #expect(field?["type"] == "object")
    #expect(field?["additionalProperties"] == ["x-kubernetes-preserve-unknown-fields": true])
  }

  @Test(arguments: [
    ("TeleportUser", "traits"), ("TeleportRole", "allow.request.annotations"),
    ("TeleportAccessList", "grants.traits"), ("TeleportLoginRule", "traits_map"),
  ])
  func traitsAreListsOfStrings(kind: String, path: String) throws {
    let field = try spec(Self.row(kind))[path]
    #expect(field?["type"] == "object")
    #expect(field?[["additionalProperties", "type"]] == "array")
    #expect(field?[["additionalProperties", "items", "type"]] == "string")
  }

  @Test(arguments: [
    ("options.require_session_mfa", ["hardware_key", 2, true] as [JSONValue]),
    ("options.create_host_user_mode", ["keep", 3, false]),
    ("options.create_db_user_mode", ["off", 1]),
    ("options.cert_extensions.mode", ["extension", 0]),
    ("options.cert_extensions.type", ["ssh", 0]),
    ("options.mfa_verification_interval", ["1h", 3_600_000_000_000]),
  ])
  func namesAndNumbersAreTaken(path: String, values: [JSONValue]) throws {
    let field = StructuralSchema(value: try #require(spec(Self.row("TeleportRole"))[path]))
    for value in values { #expect(field.misfits(value).isEmpty) }
  }

  @Test(arguments: [
    "options.max_session_ttl", "options.client_idle_timeout", "allow.request.max_duration",
  ])
  func durationsAreStrings(_ path: String) throws {
    #expect(try spec(Self.row("TeleportRole"))[path]?["type"] == "string")
  }

  @Test func listsAndObjectsMayBeNull() throws {
    let schema = try spec(Self.row("TeleportRole"))
    for path in ["allow", "deny", "options", "allow.logins", "allow.rules", "allow.node_labels"] {
      #expect(schema[path]?["nullable"] == true, "\(path)")
    }
  }

  @Test func columnsTellWhatMatters() throws {
    let columns = try #require(
      versions(Self.row("TeleportUser")).first?["additionalPrinterColumns"]?.array)
    #expect(columns.map { $0["name"]?.string } == ["Ready", "Reason", "Roles", "Age"])
  }

  // MARK: - Committed files

  @Test func committedDefinitionsAreTheGeneratedOnes() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "deploy/crds")
    let committed = try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted()
      .filter { $0 != "kustomization.yaml" }
    let expected = Self.rows.map { "resources.teleport.dev_\($0.plural).yaml" }
    #expect(committed == expected.sorted())
    for row in Self.rows {
      let file = folder.appending(path: "resources.teleport.dev_\(row.plural).yaml")
      let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
      #expect(
        try text == definition(row).yamlText(), "run: controller crds --output-dir deploy/crds")
      #expect(try JSONValue(yaml: text) == definition(row))
    }
  }
}
