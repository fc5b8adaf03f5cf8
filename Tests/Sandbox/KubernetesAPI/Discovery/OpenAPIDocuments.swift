import Documents

/// OpenAPI v3, as far as kubectl reads it: which parameters a patch takes, and the schemas that `explain` shows.
struct OpenAPIDocuments: Sendable {
  let catalog: Catalog

  /// `/openapi/v3`.
  var index: JSONValue {
    var paths: [String: JSONValue] = [:]
    for (group, version) in served {
      let path = Self.path(group, version)
      paths[path] = ["serverRelativeURL": .string("/openapi/v3/\(path)")]
    }
    return ["paths": .object(paths)]
  }

  /// The document below `/openapi/v3/` at `path`; nil where nothing is served there.
  func document(at path: String) -> JSONValue? {
    guard let (group, version) = served.first(where: { Self.path($0, $1) == path }) else {
      return nil
    }
    var paths: [String: JSONValue] = [:]
    var schemas: [String: JSONValue] = [:]
    for resource in catalog.resources(group: group, version: version) {
      guard let served = resource.version(version) else { continue }
      let kind = Self.kind(resource, version)
      let name = "\(group.isEmpty ? "core" : group).\(version).\(resource.kind)"
      var schema = served.declared
      schema["x-kubernetes-group-version-kind"] = [kind]
      schemas[name] = schema
      let scope = resource.isNamespaced ? "namespaces/{namespace}/" : ""
      let url = "/\(path)/\(scope)\(resource.id.plural)"
      paths[url] = Self.operations(["get": "list", "post": "post"], kind, schema: name)
      paths[url + "/{name}"] = Self.operations(
        ["get": "get", "put": "put", "patch": "patch", "delete": "delete"], kind, schema: name)
    }
    return [
      "openapi": "3.0.0", "info": ["title": "Kubernetes sandbox", "version": "v1.33.0"],
      "paths": .object(paths), "components": ["schemas": .object(schemas)],
    ]
  }

  private var served: [(group: String, version: String)] {
    [("", "v1")] + catalog.groups.flatMap { group in group.versions.map { (group.name, $0) } }
  }

  private static func path(_ group: String, _ version: String) -> String {
    group.isEmpty ? "api/\(version)" : "apis/\(group)/\(version)"
  }

  private static func kind(_ resource: Resource, _ version: String) -> JSONValue {
    [
      "group": .string(resource.id.group), "version": .string(version),
      "kind": .string(resource.kind),
    ]
  }

  private static func operations(
    _ actions: [String: String], _ kind: JSONValue, schema: String
  ) -> JSONValue {
    .object(
      actions.mapValues { action in
        [
          "x-kubernetes-action": .string(action), "x-kubernetes-group-version-kind": kind,
          "parameters": action == "get" || action == "list" ? [] : writeParameters,
          "responses": [
            "200": [
              "description": "OK",
              "content": [
                "application/json": [
                  "schema": ["$ref": .string("#/components/schemas/\(schema)")]
                ]
              ],
            ]
          ],
        ]
      })
  }

  private static let writeParameters: JSONValue = .array(
    ["dryRun", "fieldManager", "fieldValidation", "force"].map { name in
      [
        "name": .string(name), "in": "query",
        "schema": ["type": name == "force" ? "boolean" : "string", "uniqueItems": true],
      ]
    })
}
