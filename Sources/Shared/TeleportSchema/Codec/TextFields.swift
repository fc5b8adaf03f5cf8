import Documents

/// A text in a spec: the value of a field, or a part of it.
public struct TextField: Hashable, Sendable {
  /// As in `spec.servers[0].password`.
  public let path: String
  /// Of a field of bytes: base64.
  public let text: String
  public let isBytes: Bool
  /// The schema says that the field, or one that it is a part of, holds a secret.
  public let isSensitive: Bool
}

extension ResourceSchema {
  /// `spec` with other texts; what Teleport manages and what the schema does not know stay as they are.
  ///
  /// - Parameter replacement: nil leaves the text as it is. Called in the order of the paths.
  public func replacingTexts<Failure: Error>(
    inSpec spec: JSONValue, _ replacement: (TextField) throws(Failure) -> String?
  ) throws(Failure) -> JSONValue {
    let place = SchemaPlace(self).member("spec", registry)
    return try replacing(spec, place, FieldPath(text: "spec"), replacement)
  }

  private func replacing<Failure: Error>(
    _ value: JSONValue, _ place: SchemaPlace, _ path: FieldPath,
    _ replacement: (TextField) throws(Failure) -> String?
  ) throws(Failure) -> JSONValue {
    if place.isServerManaged { return value }
    let place = place.holding(value)
    switch (value, place.shape) {
    case (.object(var members), .message), (.object(var members), .map):
      for name in members.keys.sorted() {
        guard let member = members[name] else { continue }
        members[name] = try replacing(
          member, place.member(name, registry), path.appending(name), replacement)
      }
      return .object(members)
    case (.array(var elements), .list):
      for (index, element) in elements.enumerated() {
        elements[index] = try replacing(
          element, place.element, path.appending(index), replacement)
      }
      return .array(elements)
    case (.string(let text), .text), (.string(let text), .bytes):
      let isBytes = if case .bytes = place.shape { true } else { false }
      let field = TextField(
        path: path.text, text: text, isBytes: isBytes, isSensitive: place.isSensitive)
      return try replacement(field).map { .string($0) } ?? value
    default:
      return value
    }
  }
}
