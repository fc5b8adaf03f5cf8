import Documents
import FoundationEssentials
import Testing

@testable import Kubernetes

@Suite("events")
struct EventSeriesTests {
  private let date = Date(timeIntervalSince1970: 1_767_323_045)

  private func note(_ message: String = "It is done.", about name: String = "a") -> EventNote {
    EventNote(.normal, "Done", message, about: .init(.sample(name)))
  }

  private func add(_ note: EventNote, to series: inout EventSeries, at seconds: Int = 0) {
    series.add(note, now: .seconds(seconds), date: date + Double(seconds))
  }

  @Test func aNoteBecomesAnEvent() {
    var series = EventSeries(component: "c")
    add(note(), to: &series)
    guard case .create(let event) = series.next(unique: 255) else {
      Issue.record("nothing to create")
      return
    }
    #expect(event.metadata.name == "a.ff")
    #expect(event.metadata.namespace == "ns")
    #expect(
      event.body["involvedObject"] == [
        "apiVersion": "example.test/v1", "kind": "Widget", "name": "a", "namespace": "ns",
        "uid": "u1",
      ])
    #expect(event.body["count"] == 1)
    #expect(event.body["lastTimestamp"] == "2026-01-02T03:04:05Z")
    #expect(event.body["source"] == ["component": "c"])
    #expect(series.next(unique: 1) == nil)
  }

  @Test func repetitionsCount() {
    var series = EventSeries(component: "c")
    // Before it is posted they are one write, afterwards one more.
    add(note(), to: &series)
    add(note(), to: &series, at: 1)
    guard case .create(let event) = series.next(unique: 1) else {
      Issue.record("nothing to create")
      return
    }
    #expect(event.body["count"] == 2)
    add(note(), to: &series, at: 2)
    add(note(), to: &series, at: 3)
    #expect(
      series.next(unique: 2)
        == .update(
          ObjectKey("a.1", namespace: "ns"),
          ["count": 4, "lastTimestamp": "2026-01-02T03:04:08Z"]))
    #expect(series.next(unique: 3) == nil)
    // Another message, another object, or much later: another Event.
    add(note("Otherwise."), to: &series, at: 4)
    add(note(about: "b"), to: &series, at: 4)
    add(note(), to: &series, at: 604)
    var names: [String] = []
    while case .create(let event) = series.next(unique: UInt64(names.count + 4)) {
      names.append(event.metadata.name)
    }
    #expect(names == ["a.4", "b.5", "a.6"])
  }

  @Test func anEventThatIsNotThereIsMadeAnew() {
    var series = EventSeries(component: "c")
    add(note(), to: &series)
    _ = series.next(unique: 1)
    add(note(), to: &series, at: 1)
    guard let update = series.next(unique: 2) else {
      Issue.record("nothing to update")
      return
    }
    series.failed(update)
    add(note(), to: &series, at: 2)
    guard let create = series.next(unique: 3), case .create(let event) = create else {
      Issue.record("nothing to create")
      return
    }
    #expect(event.body["count"] == 1)
    // Nor is a note lost that comes in while a post is under way.
    add(note(), to: &series, at: 3)
    series.failed(create)
    guard case .create = series.next(unique: 4) else {
      Issue.record("the note is lost")
      return
    }
  }

  @Test func manyNotesAboutOneObjectAreThinnedOut() {
    var series = EventSeries(component: "c")
    for index in 0..<100 { add(note("\(index)"), to: &series) }
    #expect(series.dropped == 75)
    add(note(about: "b"), to: &series)
    #expect(series.dropped == 75)
    add(note("later"), to: &series, at: 300)
    #expect(series.dropped == 75)
    add(note("at once"), to: &series, at: 300)
    #expect(series.dropped == 76)
  }

  /// Ten thousand new objects at once: what cannot be posted in time is left out, and soon, not by searching the rest.
  @Test func aFloodIsCutShort() {
    var series = EventSeries(component: "c")
    let start = ContinuousClock.now
    for index in 0..<10_000 { add(note(about: "object-\(index)"), to: &series) }
    #expect(series.dropped == 10_000 - 2048)
    for index in 0..<2048 {
      guard case .create(let event) = series.next(unique: UInt64(index)) else {
        Issue.record("note \(index) is lost")
        return
      }
      #expect(event.body["involvedObject"]?["name"]?.string == "object-\(index)")
    }
    #expect(series.next(unique: 0) == nil)
    // Minutes where each note is looked for among all.
    #expect(start.duration(to: .now) < .seconds(20))
    add(note(about: "object-0"), to: &series)
    guard case .update = series.next(unique: 1) else {
      Issue.record("the first is forgotten")
      return
    }
  }

  @Test func longMessagesAreCutBetweenCharacters() {
    let event = note(String(repeating: "é", count: 600)).event(
      named: "x", count: 1, first: "", last: "", component: "c")
    #expect(event.body["message"]?.string?.utf8.count == 1024)
    #expect("aé".prefix(utf8Bytes: 2) == "a")
    #expect("aé".prefix(utf8Bytes: 3) == "aé")
  }

  @Test func aServerThatTakesNoneDisturbsNobody() async throws {
    let transport = ScriptedTransport(.json(403, status(403, "Forbidden")))
    let recorder = EventRecorder(.scripted(transport), component: "c")
    let run = Task { await recorder.run() }
    recorder.record(note())
    while transport.requests.isEmpty { await Task.yield() }
    recorder.record(note())
    while transport.requests.count < 2 { await Task.yield() }
    run.cancel()
    await run.value
    #expect(transport.requests.map(\.method) == ["POST", "POST"])
  }
}
