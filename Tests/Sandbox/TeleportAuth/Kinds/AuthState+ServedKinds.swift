/// Reads and writes of all kinds that are kept by general rules.
extension AuthState {
  func serve(_ kind: ServedKind, _ call: ServedCall, _ request: Call) throws(CallError) -> Reply {
    if let licence = kind.licence, !licence.isThere(features), let refusal = licence.refusal(call) {
      throw refusal
    }
    switch call.action {
    case .get(let name, let secrets, let namespace):
      return try get(kind, request, name: name, secrets: secrets, namespace: namespace)
    case .list(let list): return try self.list(kind, list, request)
    case .create: return try create(kind, call, request)
    case .update(let isConditional):
      return try update(kind, call, request, isConditional: isConditional)
    case .upsert: return try upsert(kind, call, request)
    case .delete(let name): return try delete(kind, request, name: name)
    }
  }

  // MARK: - Reading

  private func get(
    _ kind: ServedKind, _ request: Call, name: Int?, secrets: Int?, namespace: Int?
  ) throws(CallError) -> Reply {
    let withSecrets = secrets.map { request.message.varint(at: [$0]) == 1 } ?? false
    try require(.readnosecrets, kind, request.caller)
    if withSecrets { try require(.read, kind, request.caller) }
    if let namespace, request.message.string(at: [namespace]).isEmpty {
      throw CallError(.badParameter, "missing parameter namespace")
    }
    let key = try self.name(kind, request, name)
    guard let found = cache[kind.kind, key], !found.isExpired(at: now) else {
      throw absent(kind, key)
    }
    return .message(shown(found, kind, withSecrets))
  }

  private func list(
    _ kind: ServedKind, _ list: ServedCall.List, _ request: Call
  ) throws(CallError) -> Reply {
    if let type = list.resourceType, request.message.string(at: [1]) != type {
      throw CallError(
        .notImplemented,
        "resource type \(request.message.string(at: [1])) does not support pagination")
    }
    let withSecrets = list.secrets.map { request.message.varint(at: [$0]) == 1 } ?? false
    try require(.list, kind, request.caller)
    if list.resourceType == nil {
      try require(withSecrets ? .read : .readnosecrets, kind, request.caller)
    }
    let now = now
    let resources = cache.all(kind.kind).filter { !$0.isExpired(at: now) }
    let (page, next): (ArraySlice<StoredResource>, String)
    if let paging = list.paging {
      let asked = request.message.varint(at: [paging[0]]).map { min($0, UInt64(list.largestPage)) }
      (page, next) = Page.cut(
        resources, size: asked, token: request.message.string(at: [paging[1]]))
    } else {
      (page, next) = (resources[...], "")
    }
    let messages = page.map { resource in
      let message = shown(resource, kind, withSecrets)
      return list.element.map { message.wrapped(in: $0) } ?? message
    }
    return .message(
      Page.message(messages, field: list.reply, next: next, nextField: list.paging?[2] ?? 2))
  }

  private func shown(
    _ resource: StoredResource, _ kind: ServedKind, _ withSecrets: Bool
  ) -> [UInt8] {
    var message = resource.message
    if !withSecrets { for path in kind.secrets { message.remove(path) } }
    return message
  }

  // MARK: - Writing

  private func create(
    _ kind: ServedKind, _ call: ServedCall, _ request: Call
  ) throws(CallError) -> Reply {
    let resource = try completed(kind, call, request)
    try require(.create, kind, request.caller)
    let name = resource.string(at: kind.layout.name)
    guard backend[kind.kind, name] == nil else {
      throw CallError(.alreadyExists, "\(kind.kind) \"\(name)\" already exists")
    }
    count(kind.kind, \.created)
    return answer(call, store(resource, kind: kind.kind))
  }

  private func update(
    _ kind: ServedKind, _ call: ServedCall, _ request: Call, isConditional: Bool
  ) throws(CallError) -> Reply {
    let resource = try completed(kind, call, request)
    try require(.update, kind, request.caller)
    if isConditional {
      try requireRevision(resource, kind: kind.kind)
    } else {
      let name = resource.string(at: kind.layout.name)
      if backend[kind.kind, name] == nil { throw absent(kind, name) }
    }
    count(kind.kind, \.updated)
    return answer(call, store(resource, kind: kind.kind))
  }

  private func upsert(
    _ kind: ServedKind, _ call: ServedCall, _ request: Call
  ) throws(CallError) -> Reply {
    let resource = try completed(kind, call, request)
    try require(.create, kind, request.caller)
    try require(.update, kind, request.caller)
    let isNew = backend[kind.kind, resource.string(at: kind.layout.name)] == nil
    count(kind.kind, isNew ? \.created : \.updated)
    return answer(call, store(resource, kind: kind.kind))
  }

  private func delete(
    _ kind: ServedKind, _ request: Call, name: Int?
  ) throws(CallError) -> Reply {
    try require(.delete, kind, request.caller)
    let key = try self.name(kind, request, name)
    guard backend[kind.kind, key] != nil else { throw absent(kind, key) }
    count(kind.kind, \.deleted)
    commit(.delete(ResourceKey(kind: kind.kind, name: key)))
    return .empty
  }

  private func answer(_ call: ServedCall, _ resource: StoredResource) -> Reply {
    call.answer == .resource ? .message(resource.message) : .empty
  }

  private func completed(
    _ kind: ServedKind, _ call: ServedCall, _ request: Call
  ) throws(CallError) -> [UInt8] {
    let message = call.resource.map { request.message.message(at: [$0]) ?? [] } ?? request.message
    return try completed(message, kind, caller: request.caller.name)
  }

  /// As the server keeps it.
  func completed(
    _ message: [UInt8], _ kind: ServedKind, caller: String
  ) throws(CallError) -> [UInt8] {
    var resource = message
    let layout = kind.layout
    if let path = layout.kindPath { resource.set(path, to: .string(kind.kind)) }
    if resource.string(at: layout.versionPath).isEmpty {
      resource.set(layout.versionPath, to: .string(kind.version))
    }
    guard resource.string(at: layout.versionPath) == kind.version else {
      throw CallError(
        .badParameter, "unsupported \(kind.kind) version \(resource.string(at: layout.versionPath))"
      )
    }
    if let path = layout.subKindPath, !kind.subKinds.isEmpty {
      let subKind = resource.string(at: path)
      guard kind.subKinds.contains(subKind) else {
        throw CallError(.badParameter, "invalid SubKind \"\(subKind)\"")
      }
    }
    try MetadataRules.complete(&resource, major: major, layout: layout)
    let name = resource.string(at: layout.name)
    if let only = kind.singleton, name != only {
      throw CallError(.badParameter, "metadata.name: must be \(only)")
    }
    try kind.complete(
      &resource,
      WriteContext(
        major: major, caller: caller, seconds: now.timeIntervalSince1970,
        existing: backend[kind.kind, name]?.message))
    return resource
  }

  // MARK: -

  private func name(
    _ kind: ServedKind, _ request: Call, _ field: Int?
  ) throws(CallError) -> String {
    if let only = kind.singleton { return only }
    let name = field.map { request.message.string(at: [$0]) } ?? ""
    guard !name.isEmpty else { throw CallError(.badParameter, "missing parameter name") }
    return name
  }

  private func require(
    _ verb: AccessRules.Verb, _ kind: ServedKind, _ caller: Caller
  ) throws(CallError) {
    if kind.rules.contains(where: { caller.rules.permits(verb, on: $0) }) { return }
    try caller.rules.require(verb, on: kind.rules.last ?? kind.kind)
  }

  private func absent(_ kind: ServedKind, _ name: String) -> CallError {
    CallError(.notFound, "\(kind.kind) \"\(name)\" is not found")
  }
}
