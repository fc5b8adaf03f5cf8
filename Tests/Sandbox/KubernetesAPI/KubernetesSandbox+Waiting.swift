import Documents

/// Waiting for what clients do; nothing here takes time that is not needed.
extension KubernetesSandbox {
  /// Returns once an object is as wanted.
  ///
  /// Not every state in between is looked at; the newest one always is.
  ///
  /// - Parameters:
  ///   - resource: the plural name, with its group where that is needed.
  ///   - isWanted: judges the stored object, nil while there is none.
  /// - Returns: the object that was wanted.
  /// - Throws: `SandboxError` for an unknown resource, `CancellationError` when the task is cancelled.
  @discardableResult
  public func waitFor(
    _ resource: String, _ name: String, namespace: String = "default",
    until isWanted: @Sendable (JSONValue?) -> Bool
  ) async throws -> JSONValue? {
    let found = try await self.resource(resource)
    let key = ObjectKey(namespace: found.isNamespaced ? namespace : "", name: name)
    return try await waitForChange {
      let object = await storage.object(key, of: found.storedAs)?.value
      return isWanted(object) ? .some(object) : nil
    }
  }

  /// Returns once the number of open watches, on one resource or on all, is as wanted.
  ///
  /// - Throws: `SandboxError` for an unknown resource, `CancellationError` when the task is cancelled.
  public func waitForWatches(
    of resource: String? = nil, until isWanted: @Sendable (Int) -> Bool = { $0 > 0 }
  ) async throws {
    try await waitForChange {
      isWanted(try await watchCount(of: resource)) ? .some(()) : nil
    }
  }

  private func waitForChange<Value: Sendable>(
    _ look: () async throws -> Value?
  ) async throws -> Value {
    let (id, changes) = await storage.observe()
    for await _ in changes {
      do {
        guard let value = try await look() else { continue }
        await storage.stopObserving(id)
        return value
      } catch {
        await storage.stopObserving(id)
        throw error
      }
    }
    await storage.stopObserving(id)
    throw CancellationError()
  }
}
