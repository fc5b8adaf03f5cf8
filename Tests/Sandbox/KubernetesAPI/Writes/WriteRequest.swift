import Documents

/// One create, replace, patch or apply, as far as it concerns the object.
struct WriteRequest: Sendable {
  enum Content: Sendable {
    case create(JSONValue)
    case replace(JSONValue)
    case mergePatch(JSONValue)
    case jsonPatch(JSONPatch)
    case strategicPatch(JSONValue)
    case apply(JSONValue, isForced: Bool)
  }

  /// What happens to fields that the schema does not declare.
  enum FieldValidation: String, Sendable {
    case strict = "Strict"
    case warn = "Warn"
    case ignore = "Ignore"
  }

  let resource: Resource
  let version: Resource.Version
  /// Whether the write goes to the status subresource.
  var isStatus = false
  var namespace: String
  /// Empty for a create, whose name is in the object.
  var name: String
  let content: Content
  var manager: String
  var fieldValidation = FieldValidation.warn
  var isDryRun = false

  /// Whether an object that is not there is created.
  var mayCreate: Bool {
    switch content {
    case .create, .apply: !isStatus
    case .replace: resource.rules.allowsCreateOnUpdate && !isStatus
    case .mergePatch, .jsonPatch, .strategicPatch: false
    }
  }
}

/// What a write takes from outside: time and randomness.
struct WriteStamp: Sendable {
  /// RFC 3339, whole seconds.
  let now: String
  let uid: String
  /// The end of a generated name.
  let suffix: String
}

/// What a write comes to; nothing has been stored yet.
struct WriteOutcome: Sendable {
  enum Effect: Sendable {
    /// The object is as it was.
    case none
    case create
    case update
    /// The write took away what kept a deleted object.
    case remove
  }

  var effect: Effect
  /// In stored form.
  var object: JSONValue
  var warnings: [String] = []
}
