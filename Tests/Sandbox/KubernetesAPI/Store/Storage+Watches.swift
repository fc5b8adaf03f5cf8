extension Storage {
  /// Begins a watch.
  ///
  /// - Parameter after: the revision to go on from; nil to begin with everything there is.
  /// - Throws: 410 where changes after that revision are forgotten.
  func openWatch(
    of id: GroupResource, filter: ObjectFilter, after: Int64?
  ) throws(APIStatus) -> WatchOpening {
    let visible = held[id] ?? revision
    var initial: [StoredObject] = []
    if let after {
      guard history(id).changes(after: after, through: after) != nil else {
        throw tooOld(after, id)
      }
    } else {
      let request = ListRequest(filter: filter, moment: .cached)
      initial = try list(request, of: id).objects
    }
    let (wakes, waker) = AsyncStream.makeStream(of: Watcher.Wake.self)
    lastWatcher += 1
    var watcher = Watcher(
      resource: id, filter: filter, cursor: after ?? visible, wakes: waker)
    watcher.isAwake = true
    waker.yield(.changed)
    watchers[lastWatcher] = watcher
    noteChange()
    return WatchOpening(
      id: lastWatcher, initial: initial, revision: after ?? visible, wakes: wakes, waker: waker)
  }

  func closeWatch(_ watch: Int) {
    watchers.removeValue(forKey: watch)?.wakes.finish()
    noteChange()
  }

  /// What a watch has not seen yet.
  ///
  /// - Throws: 410 where it has fallen behind what is remembered.
  func drain(_ watch: Int) throws(APIStatus) -> WatchBatch {
    guard var watcher = watchers[watch] else { return WatchBatch(events: [], revision: 0) }
    let visible = max(watcher.cursor, held[watcher.resource] ?? revision)
    guard let new = history(watcher.resource).changes(after: watcher.cursor, through: visible)
    else { throw tooOld(watcher.cursor, watcher.resource) }
    let events = (watcher.pending + new).compactMap { $0.seen(through: watcher.filter) }
    watcher.cursor = visible
    watcher.pending = []
    watcher.isAwake = false
    watchers[watch] = watcher
    return WatchBatch(events: events, revision: visible)
  }

  private func tooOld(_ asked: Int64, _ id: GroupResource) -> APIStatus {
    .expired("too old resource version: \(asked) (\(history(id).floor + 1))")
  }

  func wakeWatchers(of id: GroupResource) {
    for (watch, watcher) in watchers where watcher.resource == id && !watcher.isAwake {
      watchers[watch]?.isAwake = true
      watcher.wakes.yield(.changed)
    }
  }

  // MARK: - What tests do to watches

  func endWatches(of id: GroupResource?, with wake: Watcher.Wake = .timedOut) {
    for watcher in watchers.values where id == nil || watcher.resource == id {
      watcher.wakes.yield(wake)
    }
  }

  /// How many watches are open on a resource, or on all.
  func watchCount(of id: GroupResource?) -> Int {
    watchers.values.count { id == nil || $0.resource == id }
  }

  /// Keeps watchers, and lists that do not ask for the newest state, at the present revision.
  func hold(_ id: GroupResource) {
    if held[id] == nil { held[id] = revision }
  }

  /// - Parameter collapsing: show only the net effect of what happened meanwhile.
  func release(_ id: GroupResource, collapsing: Bool) {
    held[id] = nil
    for (watch, watcher) in watchers where watcher.resource == id && collapsing {
      let missed = history(id).changes(after: watcher.cursor, through: revision)
      watchers[watch]?.pending = History.collapsed(watcher.pending + (missed ?? []))
      watchers[watch]?.cursor = revision
    }
    wakeWatchers(of: id)
  }

  /// Shows open watches everything after an older revision once more.
  func replay(_ id: GroupResource, after past: Int64) {
    for (watch, watcher) in watchers where watcher.resource == id && watcher.cursor > past {
      watchers[watch]?.cursor = past
    }
    wakeWatchers(of: id)
  }
}
