/// What a watcher is told.
struct WatchEvent: Sendable {
  enum Kind: String, Sendable {
    case added = "ADDED"
    case modified = "MODIFIED"
    case deleted = "DELETED"
  }

  let kind: Kind
  let object: StoredObject
}

extension HistoryEvent {
  /// This change as seen by somebody who only looks at objects that pass `filter`; nil where it does not show.
  func seen(through filter: ObjectFilter) -> WatchEvent? {
    let before = previous.map { filter.matches($0.value) } ?? false
    guard let object else {
      guard before, let last else { return nil }
      return WatchEvent(kind: .deleted, object: last)
    }
    switch (before, filter.matches(object.value)) {
    case (false, false): return nil
    case (false, true): return WatchEvent(kind: .added, object: object)
    case (true, true): return WatchEvent(kind: .modified, object: object)
    case (true, false):
      guard let previous else { return nil }
      return WatchEvent(
        kind: .deleted, object: StoredObject(previous.value, revision: revision))
    }
  }
}
