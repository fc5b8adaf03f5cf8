import Documents
import FoundationEssentials

extension Storage {
  /// Carries out one write.
  ///
  /// - Returns: the outcome, its object as stored.
  func write(_ request: WriteRequest) throws(APIStatus) -> WriteOutcome {
    let resource = request.resource
    let id = resource.storedAs
    let given = given(request)
    let name = request.name.isEmpty ? given?[["metadata", "name"]]?.string ?? "" : request.name
    let key = ObjectKey(namespace: resource.isNamespaced ? request.namespace : "", name: name)
    let existing = name.isEmpty ? nil : object(key, of: id)
    if existing == nil { try checkNamespace(for: request) }
    var outcome = try ObjectWriter(request: request, stamp: stamp()).plan(on: existing?.value)
    if request.isDryRun || outcome.effect == .none { return outcome }

    let place = ObjectKey(of: outcome.object)
    if outcome.effect == .create, object(place, of: id) != nil {
      throw .alreadyExists(resource.id, name: outcome.object.name)
    }
    let isGone = outcome.effect == .remove
    if let stored = commit(isGone ? nil : outcome.object, at: place, of: id), !isGone {
      outcome.object = stored.value
    }
    settle(after: id)
    return outcome
  }

  /// Deletes one object, or marks it where something keeps it.
  func delete(
    _ key: ObjectKey, of resource: Resource, _ request: DeletionRequest
  ) throws(APIStatus) -> WriteOutcome {
    let id = resource.storedAs
    guard let existing = object(key, of: id) else {
      throw resource.notFound(key.name)
    }
    var value = existing.value
    if id == .customResourceDefinitions, value[["metadata", "deletionTimestamp"]] == nil {
      let own = value[["metadata", "finalizers"]]?.array ?? []
      value["metadata"]?["finalizers"] = .array(own + [Self.definitionFinalizer])
    }
    var outcome = try request.plan(on: value, resource: resource, now: now)
    if request.isDryRun || outcome.effect == .none { return outcome }
    let isGone = outcome.effect == .remove
    if let stored = commit(isGone ? nil : outcome.object, at: key, of: id), !isGone {
      outcome.object = stored.value
    }
    if !isGone { deleteContents(of: outcome.object, id) }
    settle(after: id)
    return outcome
  }

  private func given(_ request: WriteRequest) -> JSONValue? {
    switch request.content {
    case .create(let object), .replace(let object), .apply(let object, _): object
    case .mergePatch, .jsonPatch, .strategicPatch: nil
    }
  }

  private func stamp() -> WriteStamp {
    let letters = Array("bcdfghjklmnpqrstvwxz2456789")
    let suffix = String((0..<5).compactMap { _ in letters.randomElement() })
    return WriteStamp(now: now, uid: UUID().uuidString.lowercased(), suffix: suffix)
  }

  private func checkNamespace(for request: WriteRequest) throws(APIStatus) {
    let definition = object(
      ObjectKey(namespace: "", name: request.resource.id.description),
      of: .customResourceDefinitions)
    if request.mayCreate, definition?.value.isBeingDeleted == true {
      throw .forbidden(
        request.resource.id, name: given(request)?.name ?? request.name,
        because: "create not allowed while custom resource definition is terminating")
    }
    guard request.resource.isNamespaced, request.mayCreate else { return }
    let namespace = request.namespace
    guard let found = object(ObjectKey(namespace: "", name: namespace), of: .namespaces) else {
      throw .notFound(.namespaces, name: namespace)
    }
    guard found.value[["metadata", "deletionTimestamp"]] != nil else { return }
    var status = APIStatus.forbidden(
      request.resource.id, name: given(request)?.name ?? request.name,
      because: "unable to create new content in namespace \(namespace) because it is being "
        + "terminated")
    status.causes = [
      .init(
        reason: "NamespaceTerminating", message: "namespace \(namespace) is being terminated",
        field: "metadata.namespace")
    ]
    throw status
  }
}

extension JSONValue {
  /// `metadata.name`.
  var name: String { self[["metadata", "name"]]?.string ?? "" }
}

extension ObjectKey {
  var name: String { path.split(separator: "/").last.map(String.init) ?? "" }
  var namespace: String {
    let parts = path.split(separator: "/")
    return parts.count > 1 ? String(parts[0]) : ""
  }
}
