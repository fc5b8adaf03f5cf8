import Documents

/// Direct access for tests, past authorization and faults.
extension KubernetesSandbox {
  /// Applies manifests as `kubectl create` or `replace` would: every rule holds, each object is created or replaced.
  ///
  /// - Throws: `APIStatus` as a client would be answered.
  @discardableResult
  public func put(_ object: JSONValue, namespace: String = "default") async throws -> JSONValue {
    let (resource, version) = try await find(object)
    let place = object[["metadata", "namespace"]]?.string ?? namespace
    let key = ObjectKey(namespace: resource.isNamespaced ? place : "", name: object.name)
    let existing = await storage.object(key, of: resource.storedAs)
    var body = object
    if let existing {
      body["metadata"]?["resourceVersion"] = existing.value["metadata"]?["resourceVersion"]
    }
    let request = WriteRequest(
      resource: resource, version: version, namespace: resource.isNamespaced ? place : "",
      name: existing == nil ? "" : object.name,
      content: existing == nil ? .create(body) : .replace(body), manager: "sandbox")
    return try await storage.write(request).object
  }

  /// Replaces the status of an object, as its controller would.
  ///
  /// - Throws: `APIStatus` as a client would be answered.
  @discardableResult
  public func putStatus(_ object: JSONValue, namespace: String = "default") async throws
    -> JSONValue
  {
    let (resource, version) = try await find(object)
    let place = object[["metadata", "namespace"]]?.string ?? namespace
    let request = WriteRequest(
      resource: resource, version: version, isStatus: true,
      namespace: resource.isNamespaced ? place : "", name: object.name,
      content: .mergePatch(["status": object["status"] ?? [:]]), manager: "sandbox")
    return try await storage.write(request).object
  }

  /// Applies a JSON merge patch to an object, or to its status.
  ///
  /// - Parameters:
  ///   - resource: the plural name, with its group where that is needed: `teleportroles`.
  ///   - version: by which it is patched; nil for the preferred one.
  /// - Throws: `APIStatus` as a client would be answered; `SandboxError` for an unknown resource.
  @discardableResult
  public func patch(
    _ resource: String, _ name: String, namespace: String = "default", version: String? = nil,
    status: Bool = false, with patch: JSONValue
  ) async throws -> JSONValue {
    let resource = try await self.resource(resource)
    guard let version = version.map({ resource.version($0) }) ?? resource.versions.first else {
      throw SandboxError.unknown("served version of", resource.id.description)
    }
    let request = WriteRequest(
      resource: resource, version: version, isStatus: status,
      namespace: resource.isNamespaced ? namespace : "", name: name,
      content: .mergePatch(patch), manager: "sandbox")
    return try await storage.write(request).object
  }

  /// The object as it is stored; nil where there is none.
  ///
  /// - Throws: `SandboxError` for an unknown resource.
  public func get(
    _ resource: String, _ name: String, namespace: String = "default"
  ) async throws -> JSONValue? {
    let resource = try await self.resource(resource)
    let key = ObjectKey(namespace: resource.isNamespaced ? namespace : "", name: name)
    return await storage.object(key, of: resource.storedAs)?.value
  }

  /// All objects of a resource, ordered by namespace and name.
  ///
  /// - Throws: `SandboxError` for an unknown resource.
  public func list(_ resource: String, namespace: String? = nil) async throws -> [JSONValue] {
    let resource = try await self.resource(resource)
    let filter = ObjectFilter(namespace: namespace ?? "")
    let page = try await storage.list(ListRequest(filter: filter), of: resource.storedAs)
    return page.objects.map(\.value)
  }

  /// Deletes as a client would: an object with finalizers is only marked.
  ///
  /// - Throws: `APIStatus` (404 where there is no such object).
  public func delete(
    _ resource: String, _ name: String, namespace: String = "default"
  ) async throws {
    let resource = try await self.resource(resource)
    let key = ObjectKey(namespace: resource.isNamespaced ? namespace : "", name: name)
    _ = try await storage.delete(key, of: resource, DeletionRequest())
  }

  /// Stores exactly this object, whatever the rules say; a state that no client could have made.
  ///
  /// - Throws: `SandboxError` for an unknown resource.
  public func force(_ object: JSONValue, namespace: String = "default") async throws {
    let (resource, _) = try await find(object)
    var object = object
    if resource.isNamespaced, object[["metadata", "namespace"]] == nil {
      object["metadata"]?["namespace"] = .string(namespace)
    }
    await storage.commit(
      resource.stored(from: object), at: ObjectKey(of: object), of: resource.storedAs)
  }

  /// Removes an object at once, finalizers or not.
  ///
  /// - Throws: `SandboxError` for an unknown resource.
  public func forceDelete(
    _ resource: String, _ name: String, namespace: String = "default"
  ) async throws {
    let resource = try await self.resource(resource)
    let key = ObjectKey(namespace: resource.isNamespaced ? namespace : "", name: name)
    await storage.commit(nil, at: key, of: resource.storedAs)
  }

  /// The newest revision of anything.
  public var revision: Int64 { get async { await storage.revision } }

  private func find(_ object: JSONValue) async throws -> (Resource, Resource.Version) {
    let apiVersion = object["apiVersion"]?.string ?? ""
    let parts = apiVersion.split(separator: "/").map(String.init)
    let group = parts.count > 1 ? parts[0] : ""
    guard let kind = object["kind"]?.string,
      let resource = await storage.catalog.resource(group: group, kind: kind),
      let version = resource.version(parts.last ?? "")
    else {
      throw SandboxError.badDocument(
        "nothing is served for \(apiVersion), kind \(object["kind"]?.string ?? "(none)")")
    }
    return (resource, version)
  }

  func resource(_ name: String) async throws(SandboxError) -> Resource {
    guard let resource = await storage.catalog.resource(named: name) else {
      throw .unknown("resource", name)
    }
    return resource
  }
}
