import Documents

/// Short forms for the schemas of built-in types.
enum Node {
  static let string: JSONValue = ["type": "string"]
  static let integer: JSONValue = ["type": "integer"]
  static let boolean: JSONValue = ["type": "boolean"]
  static let time: JSONValue = ["type": "string", "format": "date-time", "nullable": true]
  static let microTime: JSONValue = ["type": "string", "format": "microtime", "nullable": true]
  static let bytes: JSONValue = ["type": "string", "format": "byte"]
  static let anything: JSONValue = ["x-kubernetes-preserve-unknown-fields": true]

  static func object(_ properties: [String: JSONValue]) -> JSONValue {
    ["type": "object", "properties": .object(properties)]
  }

  static func map(of value: JSONValue) -> JSONValue {
    ["type": "object", "additionalProperties": value]
  }

  static func list(of items: JSONValue) -> JSONValue { ["type": "array", "items": items] }

  static func list(of items: JSONValue, by keys: JSONValue) -> JSONValue {
    [
      "type": "array", "items": items, "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": keys,
    ]
  }

  static func set(of items: JSONValue) -> JSONValue {
    ["type": "array", "items": items, "x-kubernetes-list-type": "set"]
  }

  static let objectReference: JSONValue = {
    var reference = object([
      "apiVersion": string, "kind": string, "namespace": string, "name": string, "uid": string,
      "resourceVersion": string, "fieldPath": string,
    ])
    reference["x-kubernetes-map-type"] = "atomic"
    return reference
  }()

  static let objectMeta = object([
    "name": string, "generateName": string, "namespace": string, "selfLink": string,
    "uid": string, "resourceVersion": string, "generation": integer,
    "creationTimestamp": time, "deletionTimestamp": time,
    "deletionGracePeriodSeconds": ["type": "integer", "nullable": true],
    "labels": map(of: string), "annotations": map(of: string),
    "finalizers": set(of: string),
    "ownerReferences": list(
      of: object([
        "apiVersion": string, "kind": string, "name": string, "uid": string,
        "controller": boolean, "blockOwnerDeletion": boolean,
      ]), by: ["uid"]),
    "managedFields": list(
      of: object([
        "manager": string, "operation": string, "apiVersion": string, "time": time,
        "fieldsType": string, "fieldsV1": anything, "subresource": string,
      ])),
  ])

  /// A whole object: type and metadata as every object has them, and its own members.
  static func resource(_ properties: [String: JSONValue]) -> JSONValue {
    var all = properties
    all["apiVersion"] = string
    all["kind"] = string
    all["metadata"] = objectMeta
    return object(all)
  }
}
