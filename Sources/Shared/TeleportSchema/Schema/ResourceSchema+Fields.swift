extension ResourceSchema {
  /// A field that a custom resource may set.
  public struct DeclarableField: Hashable, Sendable {
    /// As in `spec.teams_to_roles[].roles`; `{}` stands for any key of a map.
    public let path: String
    public let isSensitive: Bool
    /// Whether it is a value, and not an object of further fields.
    public let isLeaf: Bool
    /// See `FieldSchema.since`.
    public let since: Int
  }

  /// All that a custom resource may set in its spec, ordered by field number.
  public var declarableFields: [DeclarableField] {
    switch message.member("spec") {
    case .group(let group)?: fields(of: group, at: "spec", isSensitive: false)
    case .field(let field)?:
      if case .message(let name) = field.kind {
        fields(of: registry.message(name), at: "spec", isSensitive: false)
      } else {
        []
      }
    default: []
    }
  }

  private func fields(
    of message: MessageSchema, at path: String, isSensitive: Bool
  ) -> [DeclarableField] {
    message.fields.filter { !$0.isServerManaged }.flatMap { field -> [DeclarableField] in
      let isSensitive = isSensitive || field.isSensitive
      var place = field.isInline ? path : "\(path).\(field.jsonName)"
      var kind = field.kind
      if case .map(let element) = kind {
        place += "{}"
        kind = element
      } else if field.isRepeated {
        place += "[]"
      }
      guard case .message(let name) = kind else {
        return [
          DeclarableField(path: place, isSensitive: isSensitive, isLeaf: true, since: field.since)
        ]
      }
      let inner = fields(of: registry.message(name), at: place, isSensitive: isSensitive)
      if field.isInline { return inner }
      return [
        DeclarableField(path: place, isSensitive: isSensitive, isLeaf: false, since: field.since)
      ] + inner
    }
  }
}
