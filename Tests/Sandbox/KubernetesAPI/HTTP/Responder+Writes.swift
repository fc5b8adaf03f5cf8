import Documents

extension Responder {
  func create(_ call: Call) async throws(APIStatus) -> Answer {
    return try await write(call, .create(try body(of: call.request)))
  }

  func change(_ call: Call) async throws(APIStatus) -> Answer {
    guard !call.path.name.isEmpty else { throw .badRequest("name must be provided") }
    return try await write(call, try content(of: call))
  }

  private func content(of call: Call) throws(APIStatus) -> WriteRequest.Content {
    let request = call.request
    if call.verb == .update { return .replace(try body(of: request)) }
    let isCustom = call.resource.rules.isCustom
    switch request.contentType {
    case MediaType.jsonPatch:
      return .jsonPatch(try JSONPatch(try patch(request)))
    case MediaType.mergePatch: return .mergePatch(try objectPatch(request))
    case MediaType.strategicPatch where !isCustom:
      return .strategicPatch(try objectPatch(request))
    case MediaType.apply:
      guard let manager = request.query["fieldManager"], !manager.isEmpty else {
        throw .invalid(
          group: "meta.k8s.io", kind: "PatchOptions", name: "",
          [.required("fieldManager", "is required for apply patch")])
      }
      return .apply(try body(of: request), isForced: request.flag("force"))
    default:
      throw .unsupportedMediaType(
        accepted: [MediaType.jsonPatch, MediaType.mergePatch]
          + (isCustom ? [] : [MediaType.strategicPatch]) + [MediaType.apply])
    }
  }

  private func write(_ call: Call, _ content: WriteRequest.Content) async throws(APIStatus)
    -> Answer
  {
    let presentation = try presentation(call)
    var request = WriteRequest(
      resource: call.resource, version: call.version, isStatus: call.path.subresource == "status",
      namespace: call.path.namespace, name: call.verb == .create ? "" : call.path.name,
      content: content,
      manager: call.manager, isDryRun: call.isDryRun)
    if let validation = call.request.query["fieldValidation"], !validation.isEmpty {
      guard let known = WriteRequest.FieldValidation(rawValue: validation) else {
        throw .badRequest("invalid fieldValidation \"\(validation)\"")
      }
      request.fieldValidation = known
    }
    if call.verb == .apply, !mayCreate(call),
      await storage.object(call.key, of: call.resource.storedAs) == nil
    {
      throw .forbidden(
        call.resource.id, name: call.path.name,
        because: AccessRequest(
          verb: "create", group: call.path.group, resource: call.path.resource,
          name: call.path.name, namespace: call.path.namespace
        ).refusal(for: call.user.name))
    }
    let outcome = try await storage.write(request)
    var answer = presentation.answer(
      outcome.object, code: outcome.effect == .create ? 201 : 200)
    answer.warnings = outcome.warnings
    return answer
  }

  // MARK: - Deleting

  func delete(_ call: Call) async throws(APIStatus) -> Answer {
    let presentation = try presentation(call)
    let outcome = try await storage.delete(call.key, of: call.resource, try deletion(call))
    if outcome.effect != .remove { return presentation.answer(outcome.object) }
    return Answer(deleted(outcome.object, call.resource))
  }

  func deleteCollection(_ call: Call) async throws(APIStatus) -> Answer {
    let presentation = try presentation(call)
    let page = try await storage.list(
      ListRequest(filter: try call.filter()), of: call.resource.storedAs)
    for object in page.objects {
      do {
        _ = try await storage.delete(
          ObjectKey(of: object.value), of: call.resource, try deletion(call))
      } catch  where error.code == 404 {
        // Somebody else was faster.
      }
    }
    return presentation.answer(page)
  }

  private func deletion(_ call: Call) throws(APIStatus) -> DeletionRequest {
    var request =
      call.request.body.isEmpty
      ? DeletionRequest() : DeletionRequest(options: try body(of: call.request))
    if let policy = call.request.query["propagationPolicy"] { request.propagationPolicy = policy }
    if call.isDryRun { request.isDryRun = true }
    if let policy = request.propagationPolicy,
      !["Orphan", "Background", "Foreground"].contains(policy)
    {
      throw .invalid(
        group: "meta.k8s.io", kind: "DeleteOptions", name: "",
        [
          .unsupported(
            "propagationPolicy", .string(policy),
            allowed: ["Foreground", "Background", "Orphan", "nil"])
        ])
    }
    return request
  }

  private func deleted(_ object: JSONValue, _ resource: Resource) -> JSONValue {
    var details: JSONValue = [
      "name": .string(object.name), "kind": .string(resource.id.plural),
      "uid": object[["metadata", "uid"]] ?? "",
    ]
    if !resource.id.group.isEmpty { details["group"] = .string(resource.id.group) }
    return [
      "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success",
      "details": details,
    ]
  }

  // MARK: - Bodies

  /// The object in a body, JSON or YAML as its content type says.
  func body(of request: HTTPRequest) throws(APIStatus) -> JSONValue {
    switch request.contentType {
    case "", MediaType.json: return try json(request)
    case MediaType.yaml, MediaType.apply: return try yaml(request)
    case ProtobufReader.mediaType:
      guard let object = ProtobufReader.object(request.body) else {
        throw .badRequest("the protobuf body is malformed, or of a type that is not read here")
      }
      return object
    default:
      throw .unsupportedMediaType(
        accepted: [MediaType.json, MediaType.yaml, ProtobufReader.mediaType])
    }
  }

  private func json(_ request: HTTPRequest) throws(APIStatus) -> JSONValue {
    do { return try JSONValue(json: request.body) } catch {
      throw .badRequest(
        "the object provided is unrecognized: couldn't get version/kind; json parse error: "
          + error.description)
    }
  }

  private func patch(_ request: HTTPRequest) throws(APIStatus) -> JSONValue {
    do { return try JSONValue(json: request.body) } catch {
      throw .badRequest("error decoding patch: \(error)")
    }
  }

  private func objectPatch(_ request: HTTPRequest) throws(APIStatus) -> JSONValue {
    let patch = try patch(request)
    if patch.object == nil { throw .badRequest("error decoding patch: a merge patch is an object") }
    return patch
  }

  private func yaml(_ request: HTTPRequest) throws(APIStatus) -> JSONValue {
    // JSON is YAML, and much quicker to read as what it is.
    if let json = try? JSONValue(json: request.body) { return json }
    do {
      return try JSONValue(yaml: String(decoding: request.body, as: UTF8.self))
    } catch {
      throw .badRequest("error decoding YAML: \(error)")
    }
  }
}
