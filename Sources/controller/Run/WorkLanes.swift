/// Which work goes first.
enum Lane: Int, CaseIterable, Sendable {
  /// Somebody changed something, here or in Teleport.
  case fresh
  /// Everything is looked at once in a while; nobody waits for it.
  case resync
}

/// The order of waiting keys: a pure value.
///
/// - Guarantees: each key stands in at most one lane; one that is added to a faster lane moves there. Within a lane the
///   kinds take turns, and within a kind it is first come, first served. All steps take constant time on average.
struct WorkLanes {
  struct Entry: Hashable {
    let key: WorkKey
    let lane: Lane
    /// When it came into this lane, on the clock of whoever adds.
    let since: Duration
    fileprivate let ticket: Int
  }

  /// Who of a lane waits, by kind, and whose turn it is.
  private struct Waiting {
    var kinds: [String: Line] = [:]
    var turns: [String] = []
  }

  private var lanes = [Waiting](repeating: Waiting(), count: Lane.allCases.count)
  /// Where each key really stands; entries of lines with another ticket are leftovers.
  private var places: [WorkKey: Entry] = [:]
  private var counts = [Int](repeating: 0, count: Lane.allCases.count)
  private var lastTicket = 0

  func depth(of lane: Lane) -> Int { counts[lane.rawValue] }

  var isEmpty: Bool { places.isEmpty }

  /// When the key that has waited longest in that lane came into it; nil where none waits.
  func oldest(in lane: Lane) -> Duration? {
    lanes[lane.rawValue].kinds.values.compactMap { line in
      line.first { isValid($0) }?.since
    }.min()
  }

  mutating func add(_ key: WorkKey, to lane: Lane, at now: Duration) {
    if let place = places[key] {
      guard lane.rawValue < place.lane.rawValue else { return }
      counts[place.lane.rawValue] -= 1
    }
    lastTicket += 1
    let entry = Entry(key: key, lane: lane, since: now, ticket: lastTicket)
    places[key] = entry
    counts[lane.rawValue] += 1
    if lanes[lane.rawValue].kinds[key.kind] == nil { lanes[lane.rawValue].turns.append(key.kind) }
    lanes[lane.rawValue].kinds[key.kind, default: Line()].append(entry)
  }

  /// Takes out the first key of the fastest lane whose kind may go.
  mutating func next(where mayGo: (_ kind: String) -> Bool) -> Entry? {
    for lane in lanes.indices {
      var index = 0
      while index < lanes[lane].turns.count {
        let kind = lanes[lane].turns[index]
        guard mayGo(kind) else {
          index += 1
          continue
        }
        lanes[lane].turns.remove(at: index)
        // Taken out while it changes: a line that is shared would be copied.
        var line = lanes[lane].kinds.removeValue(forKey: kind) ?? Line()
        let entry = takeFirst(of: &line)
        if !line.isEmpty {
          lanes[lane].turns.append(kind)
          lanes[lane].kinds[kind] = line
        }
        guard let entry else { continue }
        places[entry.key] = nil
        counts[lane] -= 1
        return entry
      }
    }
    return nil
  }

  mutating func removeAll() { self = WorkLanes() }

  private func isValid(_ entry: Entry) -> Bool { places[entry.key]?.ticket == entry.ticket }

  private func takeFirst(of line: inout Line) -> Entry? {
    while let entry = line.popFirst() {
      if isValid(entry) { return entry }
    }
    return nil
  }
}

/// First in, first out. An array's own removeFirst moves all that follow.
private struct Line: Sequence {
  private var entries: [WorkLanes.Entry] = []
  private var head = 0

  var isEmpty: Bool { head == entries.count }

  mutating func append(_ entry: WorkLanes.Entry) { entries.append(entry) }

  mutating func popFirst() -> WorkLanes.Entry? {
    guard head < entries.count else { return nil }
    defer {
      head += 1
      if head > 64, head * 2 > entries.count {
        entries.removeFirst(head)
        head = 0
      }
    }
    return entries[head]
  }

  func makeIterator() -> ArraySlice<WorkLanes.Entry>.Iterator { entries[head...].makeIterator() }
}
