/// The objects of one resource, with their keys kept in order.
struct ObjectTable: Sendable {
  private var objects: [ObjectKey: StoredObject] = [:]
  private(set) var keys: [ObjectKey] = []

  var count: Int { keys.count }

  subscript(key: ObjectKey) -> StoredObject? {
    get { objects[key] }
    set {
      if let newValue {
        if objects.updateValue(newValue, forKey: key) == nil {
          keys.insert(key, at: firstIndex(notBefore: key))
        }
      } else if objects.removeValue(forKey: key) != nil {
        keys.remove(at: firstIndex(notBefore: key))
      }
    }
  }

  /// The index of the first key that is `key` or comes after it.
  func firstIndex(notBefore key: ObjectKey) -> Int {
    var low = 0
    var high = keys.count
    while low < high {
      let middle = (low + high) / 2
      if keys[middle] < key { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The table as it was before these events, which are in order and the last of which is its newest change.
  func undoing(_ events: some BidirectionalCollection<HistoryEvent>) -> ObjectTable {
    var table = self
    for event in events.reversed() { table[event.key] = event.previous }
    return table
  }
}
