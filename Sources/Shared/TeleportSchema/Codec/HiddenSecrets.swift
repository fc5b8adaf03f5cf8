import Documents

extension ResourceSchema {
  /// `spec` with an empty text for every secret text that it does not have, in the messages that it does have: Teleport
  /// answers without them.
  public func showingHiddenSecrets(inSpec spec: JSONValue) -> JSONValue {
    filled(spec, SchemaPlace(self).member("spec", registry))
  }

  private func filled(_ value: JSONValue, _ place: SchemaPlace) -> JSONValue {
    if place.isServerManaged { return value }
    switch (value, place.shape) {
    case (.object(var members), .message(let message)):
      for (name, member) in members { members[name] = filled(member, place.member(name, registry)) }
      for field in message.fields where members[field.jsonName] == nil {
        let place = place.member(field.jsonName, registry)
        guard case .text = place.shape, place.isSensitive, !place.isServerManaged else { continue }
        members[field.jsonName] = ""
      }
      return .object(members)
    case (.object(let members), .map):
      return .object(
        Dictionary(
          uniqueKeysWithValues: members.map { ($0, filled($1, place.member($0, registry))) }))
    case (.array(let elements), .list):
      return .array(elements.map { filled($0, place.element) })
    default: return value
    }
  }
}
