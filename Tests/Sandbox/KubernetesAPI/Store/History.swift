/// One change to one object.
struct HistoryEvent: Sendable {
  let revision: Int64
  let key: ObjectKey
  /// The object after the change; nil where it was deleted.
  let object: StoredObject?
  /// The object before the change; nil where there was none.
  let previous: StoredObject?
  /// What a watcher is shown of a deletion: the last state, carrying the deletion's revision.
  let last: StoredObject?
}

/// The changes to one resource that are still remembered.
struct History: Sendable {
  private var events: [HistoryEvent] = []
  private var start = 0
  /// Changes up to and including this revision may be forgotten.
  private(set) var floor: Int64
  private let capacity: Int

  init(floor: Int64, capacity: Int) {
    self.floor = floor
    self.capacity = capacity
  }

  mutating func append(_ event: HistoryEvent) {
    events.append(event)
    if events.count - start > capacity { forget(through: events[start].revision) }
  }

  /// Forgets changes up to a revision.
  mutating func forget(through revision: Int64) {
    floor = max(floor, revision)
    while start < events.count, events[start].revision <= floor { start += 1 }
    if start > 1024, start * 2 > events.count {
      events.removeFirst(start)
      start = 0
    }
  }

  /// Changes after one revision and up to another, oldest first; nil where some of them are forgotten.
  func changes(after: Int64, through: Int64) -> ArraySlice<HistoryEvent>? {
    guard after >= floor else { return nil }
    let first = index(after: after)
    return events[first..<max(first, index(after: through))]
  }

  private func index(after revision: Int64) -> Int {
    var low = start
    var high = events.count
    while low < high {
      let middle = (low + high) / 2
      if events[middle].revision <= revision { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The net effect per object: whoever sees only this never learns of the states in between.
  static func collapsed(_ events: some Sequence<HistoryEvent>) -> [HistoryEvent] {
    var net: [ObjectKey: HistoryEvent] = [:]
    for event in events {
      let first = net[event.key]
      net[event.key] = HistoryEvent(
        revision: event.revision, key: event.key, object: event.object,
        previous: first == nil ? event.previous : first?.previous, last: event.last)
    }
    return net.values.filter { $0.object != nil || $0.previous != nil }
      .sorted { $0.revision < $1.revision }
  }
}
