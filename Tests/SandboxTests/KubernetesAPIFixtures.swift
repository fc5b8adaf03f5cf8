import Documents
import FoundationEssentials

@testable import KubernetesSandbox

/// A small definition that uses every schema word the tests are about.
enum Widgets {
  static let definition: JSONValue = [
    "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
    "metadata": ["name": "widgets.example.com"],
    "spec": [
      "group": "example.com", "scope": "Namespaced",
      "names": ["plural": "widgets", "kind": "Widget", "shortNames": ["wd"]],
      "versions": [
        [
          "name": "v1", "served": true, "storage": true, "subresources": ["status": [:]],
          "schema": ["openAPIV3Schema": schema],
          "additionalPrinterColumns": [
            ["name": "Size", "type": "integer", "jsonPath": ".spec.size"],
            [
              "name": "Ready", "type": "string",
              "jsonPath": ".status.conditions[?(@.type==\"Ready\")].status",
            ],
            ["name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"],
          ],
        ],
        [
          "name": "v2", "served": true, "storage": false, "subresources": ["status": [:]],
          "schema": [
            "openAPIV3Schema": ["type": "object", "x-kubernetes-preserve-unknown-fields": true]
          ],
        ],
      ],
    ],
  ]

  static let schema: JSONValue = [
    "type": "object",
    "properties": [
      "spec": [
        "type": "object", "required": ["size"],
        "properties": [
          "size": ["type": "integer", "minimum": 1, "maximum": 10],
          "colour": ["type": "string", "enum": ["red", "green"], "default": "red"],
          "name": ["type": "string", "maxLength": 5, "pattern": "^[a-z]*$"],
          "roles": [
            "type": "array", "items": ["type": "string"], "minItems": 1, "maxItems": 3,
          ],
          "labels": [
            "type": "object",
            "additionalProperties": ["type": "array", "items": ["type": "string"]],
          ],
          "port": ["x-kubernetes-int-or-string": true],
          "free": ["type": "object", "x-kubernetes-preserve-unknown-fields": true],
          "note": ["type": "string", "nullable": true],
          "flag": ["type": "boolean"],
        ],
      ],
      "status": [
        "type": "object",
        "properties": [
          "observedGeneration": ["type": "integer"],
          "conditions": [
            "type": "array", "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["type"],
            "items": [
              "type": "object", "required": ["type", "status"],
              "properties": [
                "type": ["type": "string"], "status": ["type": "string"],
                "reason": ["type": "string"],
              ],
            ],
          ],
        ],
      ],
    ],
  ]

  static let path = "/apis/example.com/v1/namespaces/default/widgets"

  static func widget(
    _ name: String = "a", spec: JSONValue = ["size": 3], metadata: [String: JSONValue] = [:]
  ) -> JSONValue {
    var object: JSONValue = [
      "apiVersion": "example.com/v1", "kind": "Widget", "metadata": .object(metadata),
      "spec": spec,
    ]
    object["metadata"]?["name"] = .string(name)
    return object
  }

  /// A store that knows the definition and the namespace `default`.
  static func storage(historyCapacity: Int = 1000) async throws -> Storage {
    let storage = Storage(
      historyCapacity: historyCapacity, clock: { Date(timeIntervalSince1970: 1_700_000_000) })
    _ = try await storage.write(.creating(namespace: "default"))
    let definitions = BuiltIns.customResourceDefinitions
    _ = try await storage.write(
      WriteRequest(
        resource: definitions, version: definitions.versions[0], namespace: "", name: "",
        content: .create(definition), manager: "test"))
    return storage
  }
}

extension Storage {
  /// A write to a widget by `manager`, as its REST call would do it.
  func widget(
    _ name: String, _ content: WriteRequest.Content, version: String = "v1", status: Bool = false,
    manager: String = "test", validation: WriteRequest.FieldValidation = .warn
  ) throws(APIStatus) -> WriteOutcome {
    guard
      let resource = catalog.resource(group: "example.com", version: version, plural: "widgets"),
      let version = resource.version(version)
    else { throw .noSuchPath }
    if case .create = content {
      return try write(
        WriteRequest(
          resource: resource, version: version, namespace: "default", name: "", content: content,
          manager: manager, fieldValidation: validation))
    }
    return try write(
      WriteRequest(
        resource: resource, version: version, isStatus: status, namespace: "default", name: name,
        content: content, manager: manager, fieldValidation: validation))
  }

  func create(_ name: String, metadata: [String: JSONValue] = [:]) throws(APIStatus) -> JSONValue {
    try widget(name, .create(Widgets.widget(name, metadata: metadata))).object
  }

  func delete(_ name: String) throws(APIStatus) -> WriteOutcome {
    guard let resource = catalog[Self.widgets] else { throw .noSuchPath }
    return try delete(
      ObjectKey(namespace: "default", name: name), of: resource, DeletionRequest())
  }

  static var widgets: GroupResource { GroupResource(group: "example.com", plural: "widgets") }
}

/// The failure that `body` ends in, or nil.
func failure(_ body: () async throws -> some Any) async -> APIStatus? {
  do {
    _ = try await body()
    return nil
  } catch {
    return error as? APIStatus
  }
}
