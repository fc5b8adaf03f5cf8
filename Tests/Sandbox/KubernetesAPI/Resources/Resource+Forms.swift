import Documents

extension Resource {
  /// Where objects of this resource are kept; differs from `id` only for the second form of events.
  var storedAs: GroupResource { id.group == EventForms.group ? .events : id }

  /// A stored object as a version of this resource shows it (conversion strategy `None`).
  func form(of stored: JSONValue, in version: Version) -> JSONValue {
    if id.group == EventForms.group { return EventForms.new(fromCore: stored) }
    let apiVersion = JSONValue.string(self.apiVersion(version.name))
    if stored["apiVersion"] == apiVersion { return stored }
    var object = stored
    object["apiVersion"] = apiVersion
    return version.schema.defaulted(version.schema.pruned(object).value)
  }

  /// What is left of an object once it has been stored in the storage version.
  func storable(_ object: JSONValue, in version: Version) -> JSONValue {
    guard let storageSchema, version.name != storageVersion else { return object }
    return storageSchema.pruned(object).value
  }

  /// The object to store for one in the form of `version`.
  func stored(from form: JSONValue) -> JSONValue {
    if id.group == EventForms.group { return EventForms.core(fromNew: form) }
    let apiVersion = JSONValue.string(self.apiVersion(storageVersion))
    if form["apiVersion"] == apiVersion { return form }
    var object = form
    object["apiVersion"] = apiVersion
    return object
  }
}
