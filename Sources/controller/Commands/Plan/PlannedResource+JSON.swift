import Documents

extension PlannedResource {
  /// For machines: all there is, also where nothing is to be done.
  var json: JSONValue {
    [
      "kind": .string(kind), "namespace": .string(namespace), "name": .string(name),
      "action": .string(action.rawValue), "reason": .string(reason), "message": .string(message),
      "fields": .array(
        fields.map {
          ["path": .string($0.path), "before": $0.before ?? .null, "after": $0.after ?? .null]
        }),
      "effects": .array(effects.map { .string($0) }),
    ]
  }
}
