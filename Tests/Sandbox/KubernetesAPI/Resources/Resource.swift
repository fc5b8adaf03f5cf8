import Documents

/// A resource that is served: how it is called, in which versions, and by which rules it is written.
struct Resource: Sendable {
  /// One served form of the resource.
  struct Version: Sendable {
    let name: String
    /// The schema of the whole object, its metadata included.
    let schema: Schema
    let columns: [PrinterColumn]
    let hasStatus: Bool
    /// The schema as it was declared, for OpenAPI.
    let declared: JSONValue
  }

  /// Where built-in types and custom ones follow different rules.
  struct Rules: Sendable {
    /// Custom resources: validated as a document, patched by merge patch, generation counted.
    var isCustom = false
    /// A PUT may leave out `metadata.resourceVersion`.
    var allowsUnconditionalUpdate = true
    /// A PUT may create.
    var allowsCreateOnUpdate = false
    var hasGeneration = false
  }

  let id: GroupResource
  let kind: String
  let listKind: String
  let singular: String
  var shortNames: [String] = []
  var categories: [String] = []
  let isNamespaced: Bool
  var rules = Rules()
  /// Served versions, the preferred one first.
  let versions: [Version]
  /// The version that objects are kept in; need not be served.
  let storageVersion: String
  /// The schema of that version, where it is not the only one.
  var storageSchema: Schema?

  func version(_ name: String) -> Version? { versions.first { $0.name == name } }

  func apiVersion(_ version: String) -> String {
    id.group.isEmpty ? version : "\(id.group)/\(version)"
  }

  func notFound(_ name: String) -> APIStatus { .notFound(id, name: name) }
}

/// A column that `kubectl get` shows.
struct PrinterColumn: Sendable {
  let name: String
  let type: String
  var format = ""
  var description = ""
  /// 0 is always shown, anything above only with `-o wide`.
  var priority: Int64 = 0
  let path: ColumnPath?

  init(_ json: JSONValue) {
    name = json["name"]?.string ?? ""
    type = json["type"]?.string ?? "string"
    format = json["format"]?.string ?? ""
    description =
      json["description"]?.string
      ?? json["jsonPath"]?.string.map {
        "Custom resource definition column (in JSONPath format): \($0)"
      } ?? ""
    priority = json["priority"]?.integer ?? 0
    path = json["jsonPath"]?.string.flatMap(ColumnPath.init)
  }
}
