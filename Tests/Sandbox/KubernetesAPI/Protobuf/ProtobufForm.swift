/// The layout of a Kubernetes protobuf message: field numbers, JSON names, types.
struct ProtobufForm: Sendable {
  indirect enum Kind: Sendable {
    case string
    case bytes
    case boolean
    case integer
    case message(ProtobufForm)
    /// `map<string, KIND>`
    case map(Kind)
    case list(Kind)
  }

  let fields: [UInt64: (name: String, kind: Kind)]

  init(_ fields: [UInt64: (name: String, kind: Kind)]) { self.fields = fields }

  /// The messages that kubectl sends of its own making, which it does in protobuf.
  static let known: [String: ProtobufForm] = [
    "Namespace": ProtobufForm([1: ("metadata", .message(metadata))]),
    "Secret": ProtobufForm([
      1: ("metadata", .message(metadata)), 2: ("data", .map(.bytes)), 3: ("type", .string),
      4: ("stringData", .map(.string)), 5: ("immutable", .boolean),
    ]),
    "ConfigMap": ProtobufForm([
      1: ("metadata", .message(metadata)), 2: ("data", .map(.string)),
      3: ("binaryData", .map(.bytes)), 4: ("immutable", .boolean),
    ]),
    "SelfSubjectAccessReview": ProtobufForm([
      1: ("metadata", .message(metadata)),
      2: (
        "spec",
        .message(
          ProtobufForm([
            1: ("resourceAttributes", .message(resourceAttributes)),
            2: (
              "nonResourceAttributes",
              .message(ProtobufForm([1: ("path", .string), 2: ("verb", .string)]))
            ),
          ]))
      ),
    ]),
    "SelfSubjectRulesReview": ProtobufForm([
      1: ("metadata", .message(metadata)),
      2: ("spec", .message(ProtobufForm([1: ("namespace", .string)]))),
    ]),
    "SelfSubjectReview": ProtobufForm([1: ("metadata", .message(metadata))]),
    "DeleteOptions": ProtobufForm([
      1: ("gracePeriodSeconds", .integer),
      2: (
        "preconditions",
        .message(ProtobufForm([1: ("uid", .string), 2: ("resourceVersion", .string)]))
      ),
      4: ("propagationPolicy", .string), 5: ("dryRun", .list(.string)),
    ]),
  ]

  private static let metadata = ProtobufForm([
    1: ("name", .string), 2: ("generateName", .string), 3: ("namespace", .string),
    5: ("uid", .string), 6: ("resourceVersion", .string), 11: ("labels", .map(.string)),
    12: ("annotations", .map(.string)), 14: ("finalizers", .list(.string)),
  ])

  private static let resourceAttributes = ProtobufForm([
    1: ("namespace", .string), 2: ("verb", .string), 3: ("group", .string),
    4: ("version", .string), 5: ("resource", .string), 6: ("subresource", .string),
    7: ("name", .string),
  ])
}
