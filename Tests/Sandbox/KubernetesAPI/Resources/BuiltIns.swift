import Documents

/// The resources that are there before any definition is installed.
enum BuiltIns {
  static let all: [Resource] = [
    namespaces, secrets, configMaps, events, leases, customResourceDefinitions,
  ]

  static let namespaces = resource(
    .namespaces, kind: "Namespace", shortNames: ["ns"], isNamespaced: false,
    columns: columns("Name", "Status", "Age"),
    hasStatus: true,
    schema: [
      "spec": Node.object(["finalizers": Node.list(of: Node.string)]),
      "status": Node.object(["phase": Node.string, "conditions": Node.list(of: Node.anything)]),
    ])

  static let secrets = resource(
    .secrets, kind: "Secret",
    columns: columns("Name", "Type", "Data", "Age"),
    schema: [
      "type": Node.string, "immutable": Node.boolean, "data": Node.map(of: Node.bytes),
      "stringData": Node.map(of: Node.string),
    ])

  static let configMaps = resource(
    .configMaps, kind: "ConfigMap", shortNames: ["cm"],
    columns: columns("Name", "Data", "Age"),
    schema: [
      "immutable": Node.boolean, "data": Node.map(of: Node.string),
      "binaryData": Node.map(of: Node.bytes),
    ])

  static let leases = resource(
    .leases, kind: "Lease",
    rules: .init(allowsUnconditionalUpdate: false, allowsCreateOnUpdate: true),
    columns: columns("Name", "Holder", "Age"),
    schema: [
      "spec": Node.object([
        "holderIdentity": Node.string, "leaseDurationSeconds": Node.integer,
        "acquireTime": Node.microTime, "renewTime": Node.microTime,
        "leaseTransitions": Node.integer, "strategy": Node.string,
        "preferredHolder": Node.string,
      ])
    ])

  static let events = resource(
    .events, kind: "Event", shortNames: ["ev"],
    rules: .init(allowsCreateOnUpdate: true),
    columns: columns("Last Seen", "Type", "Reason", "Object", "Message"),
    schema: [
      "involvedObject": Node.objectReference, "related": Node.objectReference,
      "reason": Node.string, "message": Node.string, "type": Node.string,
      "action": Node.string, "reportingComponent": Node.string,
      "reportingInstance": Node.string, "count": Node.integer,
      "source": Node.object(["component": Node.string, "host": Node.string]),
      "firstTimestamp": Node.time, "lastTimestamp": Node.time, "eventTime": Node.microTime,
      "series": Node.object(["count": Node.integer, "lastObservedTime": Node.microTime]),
    ])

  static let customResourceDefinitions = resource(
    .customResourceDefinitions, kind: "CustomResourceDefinition", shortNames: ["crd", "crds"],
    categories: ["api-extensions"], isNamespaced: false,
    rules: .init(allowsUnconditionalUpdate: false, hasGeneration: true),
    columns: columns("Name", "Created At"),
    hasStatus: true,
    schema: [
      "spec": Node.object([
        "group": Node.string, "scope": Node.string, "preserveUnknownFields": Node.boolean,
        "names": Node.anything, "conversion": Node.anything,
        "versions": Node.list(of: Node.anything),
      ]),
      "status": Node.object([
        "acceptedNames": Node.anything, "storedVersions": Node.list(of: Node.string),
        "conditions": Node.list(of: Node.anything, by: ["type"]),
      ]),
    ])

  private static func columns(_ names: String...) -> [PrinterColumn] {
    names.map { PrinterColumn(["name": .string($0), "type": "string"]) }
  }

  private static func resource(
    _ id: GroupResource, kind: String, shortNames: [String] = [], categories: [String] = [],
    isNamespaced: Bool = true, rules: Resource.Rules = .init(), columns: [PrinterColumn],
    hasStatus: Bool = false, schema properties: [String: JSONValue]
  ) -> Resource {
    let declared = Node.resource(properties)
    return Resource(
      id: id, kind: kind, listKind: kind + "List", singular: kind.lowercased(),
      shortNames: shortNames, categories: categories, isNamespaced: isNamespaced, rules: rules,
      versions: [
        .init(
          name: "v1", schema: Schema(declared), columns: columns, hasStatus: hasStatus,
          declared: declared)
      ], storageVersion: "v1")
  }
}
