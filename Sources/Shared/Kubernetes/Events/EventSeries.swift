import Documents
import FoundationEssentials

/// Turns notes into as few writes as possible: one Event per kind of note and object, which counts. Pure.
struct EventSeries {
  /// A write that is due.
  enum Post: Hashable {
    case create(KubernetesObject)
    case update(ObjectKey, JSONValue)
  }

  struct Policy: Hashable, Sendable {
    /// How many notes about one object may come at once.
    var burst = 25.0
    /// In which time one more note about an object is allowed.
    var refill: Duration = .seconds(300)
    /// A note that repeats after this time begins a new Event.
    var lifetime: Duration = .seconds(600)
    /// How many series, and objects, are remembered.
    var memory = 4096
  }

  private struct Series {
    var name: String?
    var count = 0
    var first: String
    var last: String
    var lastAt: Duration
  }

  private struct Allowance {
    var tokens: Double
    var at: Duration
  }

  private let component: String
  private let policy: Policy
  private var series: [EventNote: Series] = [:]
  private var allowances: [EventNote.Subject: Allowance] = [:]
  private var due: [EventNote] = []
  /// Notes that were left out because there were too many.
  private(set) var dropped = 0

  init(component: String, policy: Policy = Policy()) {
    self.component = component
    self.policy = policy
  }

  /// Takes a note in.
  ///
  /// - Parameters:
  ///   - now: The monotonic time.
  ///   - date: The time for people.
  mutating func add(_ note: EventNote, now: Duration, date: Date) {
    guard spend(on: note.subject, now: now), due.count < policy.memory else {
      dropped += 1
      return
    }
    let time = Timestamp.seconds(date)
    var known = series[note] ?? Series(first: time, last: time, lastAt: now)
    if now - known.lastAt > policy.lifetime { known = Series(first: time, last: time, lastAt: now) }
    known.count += 1
    known.last = time
    known.lastAt = now
    series[note] = known
    if !due.contains(note) { due.append(note) }
    forget(now: now)
  }

  /// The next write, oldest first; nil where none is due.
  ///
  /// - Parameter unique: A part of an Event's name that no other Event has.
  mutating func next(unique: UInt64) -> Post? {
    while !due.isEmpty {
      let note = due.removeFirst()
      guard var known = series[note] else { continue }
      if let name = known.name {
        let patch: JSONValue = [
          "count": .integer(Int64(known.count)), "lastTimestamp": .string(known.last),
        ]
        return .update(ObjectKey(name, namespace: note.namespace), patch)
      }
      let name = "\(note.subject.key.name.prefix(utf8Bytes: 236)).\(String(unique, radix: 16))"
      known.name = name
      series[note] = known
      return .create(
        note.event(
          named: name, count: known.count, first: known.first, last: known.last,
          component: component))
    }
    return nil
  }

  /// The Event that a post was to write is not there: the next note of its kind creates another, also one that
  /// came in meanwhile.
  mutating func failed(_ post: Post) {
    let name: String
    switch post {
    case .create(let event): name = event.metadata.name
    case .update(let key, _): name = key.name
    }
    for (note, known) in series where known.name == name {
      guard due.contains(note) else {
        series[note] = nil
        continue
      }
      series[note] = Series(count: 1, first: known.last, last: known.last, lastAt: known.lastAt)
    }
  }

  private mutating func spend(on subject: EventNote.Subject, now: Duration) -> Bool {
    var allowance = allowances[subject] ?? Allowance(tokens: policy.burst, at: now)
    allowance.tokens = min(
      policy.burst, allowance.tokens + (now - allowance.at) / policy.refill)
    allowance.at = now
    let isAllowed = allowance.tokens >= 1
    if isAllowed { allowance.tokens -= 1 }
    allowances[subject] = allowance
    return isAllowed
  }

  private mutating func forget(now: Duration) {
    if series.count > policy.memory {
      series = series.filter { now - $0.value.lastAt <= policy.lifetime }
    }
    // With everything fresh, starting over costs a few Events that begin a new count.
    if series.count > policy.memory { series = series.filter { due.contains($0.key) } }
    if allowances.count > policy.memory {
      allowances = allowances.filter { $0.value.tokens < 1 }
    }
  }
}
