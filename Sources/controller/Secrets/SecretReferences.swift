import Documents
import FoundationEssentials
import TeleportSchema

/// The references of one spec: which fields have one, and the spec with their values. Pure: no I/O.
struct SecretReferences: Sendable {
  struct Place: Hashable, Sendable {
    /// As in `spec.client_secret`.
    let path: String
    let reference: SecretReference
    /// The field takes bytes, not text.
    let isBytes: Bool
  }

  let places: [Place]
  /// References in fields that are not sensitive: such a field keeps its text, because anybody can read it.
  let warnings: [SchemaIssue]
  private let spec: JSONValue
  private let schema: ResourceSchema

  /// - Throws: `SecretReferenceError` where a sensitive field has a text that begins like a reference but is none.
  init(in spec: JSONValue, of schema: ResourceSchema) throws(SecretReferenceError) {
    self.spec = spec
    self.schema = schema
    guard spec.mentionsSecret else {
      (places, warnings) = ([], [])
      return
    }
    var places: [Place] = []
    var warnings: [SchemaIssue] = []
    var issues: [SecretReferenceError.Issue] = []
    _ = schema.replacingTexts(inSpec: spec) { field in
      guard SecretReference.isMeant(by: field.text) else { return nil }
      guard field.isSensitive else {
        let message = "is not a secret field: the reference is not looked up but kept as it is"
        warnings.append(SchemaIssue(.ignoredReference, at: field.path, message))
        return nil
      }
      if let reference = SecretReference(field.text) {
        places.append(Place(path: field.path, reference: reference, isBytes: field.isBytes))
      } else {
        // The text is not repeated: it may be a password after all.
        let message =
          "is not a reference of the form secret://NAME/KEY with a Secret's name and key"
        issues.append(.init(code: .malformed, path: field.path, message: message))
      }
      return nil
    }
    guard issues.isEmpty else { throw SecretReferenceError(issues: issues) }
    self.places = places
    self.warnings = warnings
  }

  /// Names of the Secrets that are needed, each once.
  var secrets: Set<String> { Set(places.map(\.reference.name)) }

  /// The spec with what the Secrets hold.
  ///
  /// - Parameter secrets: by name, or why there is none.
  /// - Throws: `SecretReferenceError` with every reference that does not lead to a value.
  func resolved(
    for object: String, with secrets: [String: Result<SecretData, SecretAbsence>]
  ) throws(SecretReferenceError) -> (spec: JSONValue, uses: [SecretUse]) {
    var values: [String: String] = [:]
    var uses: [SecretUse] = []
    var issues: [SecretReferenceError.Issue] = []
    for place in places {
      do throws(SecretAbsence) {
        guard let secret = secrets[place.reference.name] else { throw .notFound }
        let secretData = try secret.get()
        values[place.path] = try secretData.value(of: place, for: object)
        uses.append(
          SecretUse(
            path: place.path, reference: place.reference, uid: secretData.uid,
            resourceVersion: secretData.resourceVersion))
      } catch {
        issues.append(error.issue(place, object: object))
      }
    }
    guard issues.isEmpty else { throw SecretReferenceError(issues: issues) }
    if values.isEmpty { return (spec, []) }
    return (schema.replacingTexts(inSpec: spec) { values[$0.path] }, uses)
  }
}

extension JSONValue {
  /// Whether any text in it is meant as a reference; most specs have none and need no second look.
  fileprivate var mentionsSecret: Bool {
    switch self {
    case .string(let text): SecretReference.isMeant(by: text)
    case .array(let elements): elements.contains { $0.mentionsSecret }
    case .object(let members): members.values.contains { $0.mentionsSecret }
    case .null, .bool, .integer, .number: false
    }
  }
}
