import Documents

extension KubernetesClient {
  /// How many objects a page holds where nothing else is asked for.
  public static let pageSize = 500

  /// Reads one page of a list.
  ///
  /// - Parameters:
  ///   - namespace: nil for all namespaces.
  ///   - token: The `continueToken` of the page before; nil for the first.
  /// - Throws: `.gone` where the token has expired and the list must begin again.
  public func page(
    _ resource: GroupVersionResource, namespace: String?, selector: ObjectSelector = .all,
    limit: Int = pageSize, after token: String? = nil, timeout: Duration? = nil
  ) async throws -> ObjectPage<KubernetesObject> {
    try await page(resource, namespace, selector, limit, token, timeout) { $0.object(in: $1) }
  }

  /// Reads one page of a list; see `page`.
  func packedPage(
    _ resource: GroupVersionResource, namespace: String?, selector: ObjectSelector, limit: Int,
    after token: String?, timeout: Duration?
  ) async throws -> ObjectPage<PackedObject> {
    try await page(resource, namespace, selector, limit, token, timeout) { PackedObject($0, $1) }
  }

  private func page<Item>(
    _ resource: GroupVersionResource, _ namespace: String?, _ selector: ObjectSelector,
    _ limit: Int, _ token: String?, _ timeout: Duration?, _ item: (ObjectReading, [UInt8]) -> Item
  ) async throws -> ObjectPage<Item> {
    var request = request(
      .get, resource.path(namespace: namespace), of: resource, isRepeatable: true)
    request.query = selector.query + [("limit", String(limit))]
    if let token { request.query.append(("continue", token)) }
    var page = try await read(request, timeout) { text throws(DocumentError) in
      try ObjectPage(json: text, item)
    }
    page.isFirst = token == nil
    return page
  }

  /// All pages of a list. When the list expires under way it begins again, once: see `ObjectPage.isFirst`.
  public func pages(
    _ resource: GroupVersionResource, namespace: String?, selector: ObjectSelector = .all,
    limit: Int = pageSize, timeout: Duration? = nil
  ) -> ObjectPages {
    ObjectPages { token in
      try await self.page(
        resource, namespace: namespace, selector: selector, limit: limit, after: token,
        timeout: timeout)
    }
  }

  /// Reads a whole list, page by page. For lists that may be long, prefer `pages`.
  public func list(
    _ resource: GroupVersionResource, namespace: String?, selector: ObjectSelector = .all,
    limit: Int = pageSize, timeout: Duration? = nil
  ) async throws -> ObjectList {
    var list = ObjectList(items: [], resourceVersion: "")
    let pages = pages(
      resource, namespace: namespace, selector: selector, limit: limit, timeout: timeout)
    for try await page in pages {
      if page.isFirst { list.items.removeAll() }
      list.items += page.items
      list.resourceVersion = page.resourceVersion
    }
    return list
  }
}

/// The pages of a list, each read when it is asked for.
public struct ObjectPages: AsyncSequence, Sendable {
  let read: @Sendable (String?) async throws -> ObjectPage<KubernetesObject>

  public func makeAsyncIterator() -> Iterator { Iterator(read: read) }

  public struct Iterator: AsyncIteratorProtocol {
    let read: @Sendable (String?) async throws -> ObjectPage<KubernetesObject>
    private var token: String?
    private var isDone = false
    private var mayRestart = true

    fileprivate init(
      read: @escaping @Sendable (String?) async throws -> ObjectPage<KubernetesObject>
    ) {
      self.read = read
    }

    public mutating func next() async throws -> ObjectPage<KubernetesObject>? {
      if isDone { return nil }
      let page: ObjectPage<KubernetesObject>
      do {
        page = try await read(token)
      } catch let error as KubernetesError
        where error.code == .gone && token != nil && mayRestart
      {
        mayRestart = false
        page = try await read(nil)
      }
      token = page.continueToken
      isDone = token == nil
      return page
    }
  }
}
