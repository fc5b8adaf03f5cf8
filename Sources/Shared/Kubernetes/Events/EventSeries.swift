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
    /// How many series, and objects, are remembered; half as many may be due.
    var memory = 4096
  }

  private struct Series {
    var name: String?
    var count = 0
    var first: String
    var last: String
    var lastAt: Duration
    var isDue = false
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
  /// How many at the front of `due` are done with.
  private var done = 0
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
    guard spend(on: note.subject, now: now), due.count - done < policy.memory / 2 else {
      dropped += 1
      return
    }
    let time = Timestamp.seconds(date)
    var known = series[note] ?? Series(first: time, last: time, lastAt: now)
    if now - known.lastAt > policy.lifetime {
      known = Series(first: time, last: time, lastAt: now, isDue: known.isDue)
    }
    known.count += 1
    known.last = time
    known.lastAt = now
    if !known.isDue { due.append(note) }
    known.isDue = true
    series[note] = known
    forget(now: now)
  }

  /// The next write, oldest first; nil where none is due.
  ///
  /// - Parameter unique: A part of an Event's name that no other Event has.
  mutating func next(unique: UInt64) -> Post? {
    while let note = takeDue() {
      guard var known = series[note] else { continue }
      known.isDue = false
      series[note] = known
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

  private mutating func takeDue() -> EventNote? {
    guard done < due.count else { return nil }
    let note = due[done]
    done += 1
    // Now and then and not each time, so that a thousand notes do not move each other about.
    if done * 2 > due.count {
      due.removeFirst(done)
      done = 0
    }
    return note
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
      guard known.isDue else {
        series[note] = nil
        continue
      }
      series[note] = Series(
        count: 1, first: known.last, last: known.last, lastAt: known.lastAt, isDue: true)
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
    // With everything fresh, starting over costs a few Events that begin a new count. It leaves half of the room free:
    // it must not be due again with the next note.
    if series.count > policy.memory { series = series.filter(\.value.isDue) }
    if allowances.count > policy.memory {
      allowances = allowances.filter { $0.value.tokens < 1 }
    }
  }
}
