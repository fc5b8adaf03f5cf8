import Documents
import TeleportSchema

/// What there is to know of a kind of custom resource, from its row of the kind table.
struct KindSummary: Hashable, Sendable {
  let kind: String
  let versions: [String]
  let shortNames: [String]
  let plural: String
  /// Teleport's name of it, with the sub-kind where it has one.
  let teleportKind: String
  /// The first Teleport major version that has it.
  let since: Int
  let hasEvents: Bool
  /// Of which the licence must include one; none where every Teleport has it.
  let entitlements: [String]
  /// The resource of the rule that the operator's role needs.
  let rule: String
  /// The only name that it can have.
  let singletonName: String?
  /// Methods by what they are for, the preferred one first.
  let calls: [Call]
  let fields: Int
  let sensitiveFields: [String]

  struct Call: Hashable, Sendable {
    let purpose: String
    let methods: [String]
  }

  /// The oldest server that is supported.
  static let oldestServer = 11

  init(_ row: CustomResourceSchema, of schema: ResourceSchema) {
    kind = row.kind
    versions = row.versions.map(\.name)
    shortNames = row.shortNames
    plural = row.plural
    teleportKind = [schema.kind, row.subKind].compactMap { $0 }.joined(separator: "/")
    since = max(row.versions.map(\.since).min() ?? 0, Self.oldestServer)
    hasEvents = schema.eventField != nil
    entitlements = schema.entitlements
    rule = schema.rule
    singletonName = schema.singletonName
    let all = [
      ("get", schema.calls.get), ("list", schema.calls.list), ("create", schema.calls.create),
      ("update", schema.calls.update), ("delete", schema.calls.delete),
    ]
    calls = all.filter { !$0.1.isEmpty }.map { Call(purpose: $0.0, methods: $0.1.map(\.method)) }
    let declarable = schema.declarableFields
    fields = declarable.filter(\.isLeaf).count
    sensitiveFields = declarable.filter { $0.isSensitive && $0.isLeaf }.map(\.path)
  }

  static let all: [KindSummary] = ResourceSchema.standard.flatMap { schema in
    schema.customResources.map { KindSummary($0, of: schema) }
  }.sorted { $0.kind < $1.kind }

  var json: JSONValue {
    var json: JSONValue = [
      "kind": .string(kind), "versions": .array(versions.map { .string($0) }),
      "shortNames": .array(shortNames.map { .string($0) }), "plural": .string(plural),
      "teleportKind": .string(teleportKind), "since": .integer(Int64(since)),
      "events": .bool(hasEvents), "entitlements": .array(entitlements.map { .string($0) }),
      "rule": .string(rule), "fields": .integer(Int64(fields)),
      "sensitiveFields": .array(sensitiveFields.map { .string($0) }),
      "calls": .object(
        Dictionary(
          uniqueKeysWithValues: calls.map { call in
            (call.purpose, .array(call.methods.map { .string($0) }))
          })),
    ]
    json["singletonName"] = singletonName.map { .string($0) }
    return json
  }
}
