import Documents
import FoundationEssentials

/// The state of the cluster: every object, what became of it, and who watches.
///
/// All rules are applied by pure code; this actor only keeps the results and their order.
actor Storage {
  private(set) var catalog = Catalog()
  private(set) var revision: Int64 = 1
  private var tables: [GroupResource: ObjectTable] = [:]
  private var histories: [GroupResource: History] = [:]
  private var compacted: Int64 = 0
  var watchers: [Int: Watcher] = [:]
  var lastWatcher = 0
  var observers: [Int: AsyncStream<Void>.Continuation] = [:]
  var lastObserver = 0
  /// The revision that watchers of a resource are kept at.
  var held: [GroupResource: Int64] = [:]
  private let historyCapacity: Int
  private let clock: @Sendable () -> Date

  init(historyCapacity: Int, clock: @escaping @Sendable () -> Date) {
    self.historyCapacity = historyCapacity
    self.clock = clock
  }

  var now: String { clock().formatted(.iso8601) }

  func table(_ id: GroupResource) -> ObjectTable { tables[id] ?? ObjectTable() }

  func history(_ id: GroupResource) -> History {
    histories[id] ?? History(floor: compacted, capacity: historyCapacity)
  }

  // MARK: - Changing

  /// Stores an object, or removes it where `object` is nil, as one change.
  @discardableResult
  func commit(_ object: JSONValue?, at key: ObjectKey, of id: GroupResource) -> StoredObject? {
    let previous = tables[id]?[key]
    if object == nil && previous == nil { return nil }
    revision += 1
    let stored = object.map { StoredObject($0, revision: revision) }
    let last = stored == nil ? previous.map { StoredObject($0.value, revision: revision) } : nil
    tables[id, default: ObjectTable()][key] = stored
    histories[id, default: History(floor: compacted, capacity: historyCapacity)].append(
      HistoryEvent(
        revision: revision, key: key, object: stored, previous: previous, last: last))
    if id == .customResourceDefinitions { updateCatalog(stored?.value, previous: previous?.value) }
    wakeWatchers(of: id)
    noteChange()
    return stored ?? last
  }

  private func updateCatalog(_ definition: JSONValue?, previous: JSONValue?) {
    if let definition, let resource = Resource(definition: definition) {
      catalog.install(resource)
    } else if let previous, let resource = Resource(definition: previous) {
      catalog.remove(resource.id)
      tables[resource.id] = nil
      endWatches(of: resource.id)
    }
  }

  /// Forgets all changes so far: older watches and lists get 410.
  func compact() {
    compacted = revision
    for id in histories.keys { histories[id]?.forget(through: revision) }
  }

  // MARK: - Reading

  func object(_ key: ObjectKey, of id: GroupResource) -> StoredObject? { tables[id]?[key] }

  /// - Throws: 410 for a state that is forgotten, 504 for one that is yet to come.
  func list(_ request: ListRequest, of id: GroupResource) throws(APIStatus) -> ListPage {
    switch request.moment {
    case .latest:
      return page(request, of: id, at: revision, from: nil)
    case .cached:
      // Upstream answers this from memory, whole, whatever the limit.
      var request = request
      request.limit = 0
      return try page(
        request, of: id, past: held[id] ?? revision, from: nil,
        expired: .expired("The resourceVersion for the provided list is too old."))
    case .notOlderThan(let wanted):
      if wanted > revision { throw .revisionTooLarge(wanted, current: revision) }
      return page(request, of: id, at: revision, from: nil)
    case .exactly(let wanted):
      if wanted > revision { throw .revisionTooLarge(wanted, current: revision) }
      return try page(
        request, of: id, past: wanted, from: nil,
        expired: .expired("The resourceVersion for the provided list is too old."))
    case .continuing(let token):
      if token.revision <= 0 { return page(request, of: id, at: revision, from: token.start) }
      return try page(
        request, of: id, past: token.revision, from: token.start, expired: expired(token))
    }
  }

  private func page(
    _ request: ListRequest, of id: GroupResource, at revision: Int64, from start: ObjectKey?
  ) -> ListPage {
    table(id).page(
      filter: request.filter, from: start, limit: request.limit, revision: revision)
  }

  private func page(
    _ request: ListRequest, of id: GroupResource, past: Int64, from start: ObjectKey?,
    expired: APIStatus
  ) throws(APIStatus) -> ListPage {
    guard let since = history(id).changes(after: past, through: revision) else { throw expired }
    return table(id).undoing(since).page(
      filter: request.filter, from: start, limit: request.limit, revision: past)
  }

  private func expired(_ token: ContinueToken) -> APIStatus {
    var status = APIStatus.expired(
      "The provided continue parameter is too old to display a consistent list result. You can "
        + "start a new list without the continue parameter, or use the continue token in this "
        + "response to retrieve the remainder of the results. Continuing with the provided token "
        + "results in an inconsistent list - objects that were created, modified, or deleted "
        + "between the time the first chunk was returned and now may show up in the list.")
    status.continuation = ContinueToken(revision: -1, start: token.start).text
    return status
  }
}
