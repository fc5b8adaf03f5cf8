/// What a list asks for.
struct ListRequest: Sendable {
  /// Which revision the list has to show.
  enum Moment: Sendable {
    /// The newest state.
    case latest
    /// Whatever the server has at hand, possibly old.
    case cached
    case notOlderThan(Int64)
    case exactly(Int64)
    case continuing(ContinueToken)
  }

  var filter = ObjectFilter()
  var limit = 0
  var moment = Moment.latest
}

/// One page of objects, all of one revision.
struct ListPage: Sendable {
  var objects: [StoredObject]
  var revision: Int64
  var continuation: ContinueToken?
  /// How many objects follow; nil where that is not known.
  var remaining: Int?
}

extension ObjectTable {
  /// The page that starts at `start`.
  func page(
    filter: ObjectFilter, from start: ObjectKey?, limit: Int, revision: Int64
  ) -> ListPage {
    var page = ListPage(objects: [], revision: revision)
    var index = firstIndex(notBefore: max(start ?? filter.firstKey, filter.firstKey))
    while index < count, filter.reaches(keys[index]) {
      let key = keys[index]
      if limit > 0, page.objects.count == limit {
        page.continuation = ContinueToken(revision: revision, start: key)
        if filter.isOpen { page.remaining = countReached(from: index, filter) }
        break
      }
      if let object = self[key], filter.matches(object.value) { page.objects.append(object) }
      index += 1
    }
    return page
  }

  private func countReached(from index: Int, _ filter: ObjectFilter) -> Int {
    guard !filter.namespace.isEmpty else { return count - index }
    return keys[index...].prefix { filter.reaches($0) }.count
  }
}
