/// What tests do to a server as a whole and to its watches; single requests are for `faults`.
extension KubernetesSandbox {
  /// Forgets all past changes: watches and paged lists that start before now get 410.
  public func compact() async { await storage.compact() }

  /// Lets no request and no watch event through until `resume()`.
  public func pause() async { await door.close() }

  public func resume() async { await door.open() }

  /// Closes every TCP connection without a word; new ones are accepted.
  public func closeConnections() async { await server.closeConnections() }

  /// How many TCP connections are open.
  public var connectionCount: Int { server.connectionCount }

  /// How many watches are open: on one resource (its plural name), or on all.
  ///
  /// - Throws: `SandboxError` for an unknown resource.
  public func watchCount(of resource: String? = nil) async throws -> Int {
    await storage.watchCount(of: try await id(resource))
  }

  /// Resets the streams of open watches, on one resource or on all.
  ///
  /// - Throws: `SandboxError` for an unknown resource.
  public func cutWatches(of resource: String? = nil) async throws {
    await storage.endWatches(of: try await id(resource), with: .cut)
  }

  /// Ends open watches in good order, as a timeout does.
  ///
  /// - Throws: `SandboxError` for an unknown resource.
  public func endWatches(of resource: String? = nil) async throws {
    await storage.endWatches(of: try await id(resource), with: .timedOut)
  }

  /// Ends open watches with an `ERROR` event; 410 is what a server says that forgot too much.
  ///
  /// - Throws: `SandboxError` for an unknown resource.
  public func failWatches(
    of resource: String? = nil, code: Int = 410, message: String = "too old resource version"
  ) async throws {
    await storage.endWatches(
      of: try await id(resource), with: .failed(.injected(code: code, message: message)))
  }

  /// Freezes what watchers of a resource see, and what lists with resourceVersion 0 return.
  ///
  /// - Throws: `SandboxError` for an unknown resource.
  public func hold(_ resource: String) async throws {
    await storage.hold(try await self.resource(resource).storedAs)
  }

  /// Ends `hold`.
  ///
  /// - Parameter collapsing: watchers see one event per object, leading straight to its last state. An object that
  ///   came and went is never seen; one that was deleted and made anew looks modified.
  /// - Throws: `SandboxError` for an unknown resource.
  public func release(_ resource: String, collapsing: Bool = false) async throws {
    await storage.release(try await self.resource(resource).storedAs, collapsing: collapsing)
  }

  /// Makes open watches see everything after an older revision once more, as from a lagging server.
  ///
  /// - Throws: `SandboxError` for an unknown resource.
  public func replay(_ resource: String, after revision: Int64) async throws {
    await storage.replay(try await self.resource(resource).storedAs, after: revision)
  }

  private func id(_ name: String?) async throws(SandboxError) -> GroupResource? {
    guard let name else { return nil }
    return try await resource(name).storedAs
  }
}
