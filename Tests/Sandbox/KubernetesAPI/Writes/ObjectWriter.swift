import Documents

/// Works out what a write makes of an object. Pure: the object that is there goes in, the one to store comes out.
struct ObjectWriter: Sendable {
  let request: WriteRequest
  let stamp: WriteStamp

  var resource: Resource { request.resource }
  var schema: Schema { request.version.schema }
  var apiVersion: String { resource.apiVersion(request.version.name) }

  /// - Parameter stored: the object that is there, in stored form.
  func plan(on stored: JSONValue?) throws(APIStatus) -> WriteOutcome {
    let live = stored.map { resource.form(of: $0, in: request.version) }
    guard let live else {
      guard request.mayCreate else { throw resource.notFound(request.name) }
      return try planCreation()
    }
    switch request.content {
    case .create(let object):
      // A bad object is told so before it is told that it is there.
      let (object, warnings) = try decode(object)
      _ = try planCreate(object, ownership: nil, warnings: warnings)
      var status = APIStatus.alreadyExists(resource.id, name: live.name)
      if live.isBeingDeleted { status.message = "object is being deleted: " + status.message }
      throw status
    case .apply(let configuration, let isForced):
      return try planApply(configuration, to: live, isForced: isForced)
    case .replace(let object):
      let (object, warnings) = try decode(object)
      if resource.rules.allowsUnconditionalUpdate == false,
        (object[["metadata", "resourceVersion"]]?.string ?? "").isEmpty
      {
        throw .invalid(
          group: resource.id.group, kind: resource.id.plural, name: request.name,
          [.invalid("metadata.resourceVersion", 0, "must be specified for an update")])
      }
      return try planUpdate(object, of: live, warnings: warnings)
    case .mergePatch(let patch):
      return try planPatch(MergePatch.apply(patch, to: live), of: live)
    case .strategicPatch(let patch):
      return try planPatch(StrategicMergePatch.apply(patch, to: live), of: live)
    case .jsonPatch(let patch):
      let object: JSONValue
      do { object = try patch.apply(to: live) } catch {
        throw JSONPatch.rejected
      }
      return try planPatch(object, of: live)
    }
  }

  private func planCreation() throws(APIStatus) -> WriteOutcome {
    switch request.content {
    case .apply(let configuration, let isForced):
      return try planApply(configuration, to: nil, isForced: isForced)
    case .create(let object), .replace(let object):
      let (object, warnings) = try decode(object)
      return try planCreate(object, ownership: nil, warnings: warnings)
    case .mergePatch, .jsonPatch, .strategicPatch:
      throw resource.notFound(request.name)
    }
  }

  private func planPatch(_ object: JSONValue, of live: JSONValue) throws(APIStatus) -> WriteOutcome
  {
    let (object, warnings) = try decode(object)
    return try planUpdate(object, of: live, warnings: warnings)
  }

  func invalid(_ problems: [FieldProblem], name: String? = nil) -> APIStatus {
    .invalid(
      group: resource.storedAs.group, kind: resource.kind, name: name ?? request.name, problems)
  }

  /// The writer as ownership knows it.
  func writer(_ operation: Ownership.Operation) -> Ownership.Writer {
    Ownership.Writer(
      owner: .init(
        manager: request.manager, operation: operation,
        subresource: request.isStatus ? "status" : ""),
      apiVersion: apiVersion, time: stamp.now)
  }
}
