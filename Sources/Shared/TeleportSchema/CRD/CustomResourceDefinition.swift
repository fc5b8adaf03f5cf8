import Documents

/// Makes the CustomResourceDefinitions of a kind from its schema.
public enum CustomResourceDefinition {
  /// The definitions of all kinds, ordered by name.
  public static func all() throws -> [JSONValue] { try made.get() }

  private static let made = Result { try make() }

  private static func make() throws -> [JSONValue] {
    let comments = try SchemaComments()
    return ResourceSchema.standard.flatMap { schema in
      schema.customResources.map { definition(of: $0, schema, comments) }
    }.sorted {
      ($0["metadata"]?["name"]?.string ?? "") < ($1["metadata"]?["name"]?.string ?? "")
    }
  }

  private static func definition(
    of resource: CustomResourceSchema, _ schema: ResourceSchema, _ comments: SchemaComments
  ) -> JSONValue {
    var names: JSONValue = [
      "kind": .string(resource.kind), "listKind": .string(resource.kind + "List"),
      "plural": .string(resource.plural), "singular": .string(resource.singular),
    ]
    if !resource.shortNames.isEmpty {
      names["shortNames"] = .array(resource.shortNames.map { .string($0) })
    }
    let versions = resource.versions.map { version(of: $0, resource, schema, comments) }
    return [
      "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
      "metadata": ["name": .string("\(resource.plural).\(CustomResourceSchema.group)")],
      "spec": [
        "group": .string(CustomResourceSchema.group), "names": names, "scope": "Namespaced",
        "versions": .array(versions),
      ],
    ]
  }

  private static func version(
    of version: CustomResourceSchema.Version, _ resource: CustomResourceSchema,
    _ schema: ResourceSchema, _ comments: SchemaComments
  ) -> JSONValue {
    let openAPI = OpenAPISchema(registry: schema.registry, comments: comments)
    var spec: JSONValue = ["type": "object"]
    switch schema.message.member("spec") {
    case .group(let group)?: spec = openAPI.object(group)
    case .field(let field)?:
      if case .message(let name) = field.kind {
        spec = openAPI.object(schema.registry.message(name))
      }
    default: break
    }
    spec["description"] = .string(
      "Teleport \(schema.kind) resource, version \(version.teleportVersion).")
    var root: JSONValue = [
      "type": "object",
      "description": .string("\(resource.kind) declares a Teleport \(schema.kind)."),
      "properties": [
        "apiVersion": ["type": "string"], "kind": ["type": "string"],
        "metadata": ["type": "object"], "spec": spec, "status": statusSchema,
      ],
    ]
    if let only = schema.singletonName {
      root["x-kubernetes-validations"] = [
        [
          "rule": .string("self.metadata.name == '\(only)'"),
          "message": .string(
            "metadata.name must be \(only): there is one \(schema.kind) in a cluster"),
        ]
      ]
    }
    return [
      "name": .string(version.name), "served": true,
      "storage": .bool(version == resource.storedVersion),
      "subresources": ["status": [:]],
      "additionalPrinterColumns": .array(columns(resource)),
      "schema": ["openAPIV3Schema": root],
    ]
  }

  private static func columns(_ resource: CustomResourceSchema) -> [JSONValue] {
    let ready = ".status.conditions[?(@.type==\"Ready\")]"
    let own = resource.columns.map { column($0.name, $0.type, $0.jsonPath, $0.description) }
    return [
      column("Ready", "string", ready + ".status", "Whether Teleport has what is declared"),
      column("Reason", "string", ready + ".reason", "Why it is ready or not"),
    ] + own + [
      column("Age", "date", ".metadata.creationTimestamp", "Time since creation")
    ]
  }

  private static func column(
    _ name: String, _ type: String, _ path: String, _ description: String
  ) -> JSONValue {
    [
      "name": .string(name), "type": .string(type), "jsonPath": .string(path),
      "description": .string(description),
    ]
  }

  /// The official operator's status, and what is needed to know without asking that nothing has changed.
  private static let statusSchema: JSONValue = [
    "type": "object",
    "properties": [
      "conditions": [
        "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["type"],
        "items": [
          "type": "object",
          "required": ["lastTransitionTime", "message", "reason", "status", "type"],
          "properties": [
            "lastTransitionTime": ["type": "string", "format": "date-time"],
            "message": ["type": "string", "maxLength": 32768],
            "observedGeneration": ["type": "integer", "format": "int64", "minimum": 0],
            "reason": ["type": "string", "minLength": 1, "maxLength": 1024],
            "status": ["type": "string", "enum": ["True", "False", "Unknown"]],
            "type": ["type": "string", "maxLength": 316],
          ],
        ],
      ],
      "observedGeneration": [
        "type": "integer", "format": "int64",
        "description": "The generation that the conditions speak of.",
      ],
      "teleportResourceID": ["type": "integer", "format": "int64"],
      "declaredHash": [
        "type": "string",
        "description": "Digest of what was declared when the resource was last verified.",
      ],
      "liveHash": [
        "type": "string",
        "description": "Digest of what Teleport held when the resource was last verified.",
      ],
      "lastVerifiedTime": [
        "type": "string", "format": "date-time",
        "description": "When a verification last changed this status.",
      ],
      "failures": [
        "type": "integer", "format": "int32",
        "description":
          "How often in a row there was a failure, up to where waiting grows no longer.",
      ],
      "plan": [
        "type": "array", "items": ["type": "string"],
        "description":
          "What would be done, where the annotation teleport.dev/plan asks for that only.",
      ],
    ],
  ]
}
