import Testing

@testable import controller

@Suite(.timeLimit(.minutes(1))) struct WorkLanesTests {
  private func key(_ kind: String, _ number: Int) -> WorkKey {
    WorkKey(kind: kind, namespace: "default", name: "\(number)")
  }

  /// Takes all out and says it shortly.
  private func all(_ lanes: inout WorkLanes, where mayGo: (String) -> Bool = { _ in true })
    -> [String]
  {
    var taken: [String] = []
    while let entry = lanes.next(where: mayGo) {
      taken.append("\(entry.key.kind)\(entry.key.name) \(entry.lane)")
    }
    return taken
  }

  @Test func freshOvertakesResync() {
    var lanes = WorkLanes()
    lanes.add(key("A", 1), to: .resync, at: .zero)
    lanes.add(key("A", 2), to: .fresh, at: .zero)
    #expect(all(&lanes) == ["A2 fresh", "A1 resync"])
    #expect(lanes.isEmpty)
  }

  @Test func aKeyThatBecomesFreshMovesUpAndStaysThere() {
    var lanes = WorkLanes()
    for number in 1...3 { lanes.add(key("A", number), to: .resync, at: .zero) }
    lanes.add(key("A", 2), to: .fresh, at: .zero)
    lanes.add(key("A", 2), to: .resync, at: .zero)
    #expect(lanes.depth(of: .fresh) == 1 && lanes.depth(of: .resync) == 2)
    #expect(all(&lanes) == ["A2 fresh", "A1 resync", "A3 resync"])
  }

  @Test func aKeyThatComesBackStandsAtTheEnd() {
    var lanes = WorkLanes()
    for number in 1...3 { lanes.add(key("A", number), to: .resync, at: .zero) }
    lanes.add(key("A", 1), to: .fresh, at: .zero)
    #expect(lanes.next { _ in true }?.key == key("A", 1))
    // Its old place is still there.
    lanes.add(key("A", 1), to: .resync, at: .zero)
    #expect(lanes.depth(of: .resync) == 3)
    #expect(all(&lanes) == ["A2 resync", "A3 resync", "A1 resync"])
  }

  @Test func kindsTakeTurns() {
    var lanes = WorkLanes()
    for number in 1...4 { lanes.add(key("A", number), to: .fresh, at: .zero) }
    for number in 1...2 { lanes.add(key("B", number), to: .fresh, at: .zero) }
    lanes.add(key("C", 1), to: .fresh, at: .zero)
    #expect(all(&lanes).map { $0.prefix(2) } == ["A1", "B1", "C1", "A2", "B2", "A3", "A4"])
  }

  @Test func aKindThatMayNotGoIsPassedOverAndKeepsItsTurn() {
    var lanes = WorkLanes()
    lanes.add(key("A", 1), to: .fresh, at: .zero)
    lanes.add(key("B", 1), to: .fresh, at: .zero)
    lanes.add(key("B", 2), to: .resync, at: .zero)
    #expect(all(&lanes) { $0 == "B" } == ["B1 fresh", "B2 resync"])
    lanes.add(key("B", 3), to: .fresh, at: .zero)
    #expect(all(&lanes) == ["A1 fresh", "B3 fresh"])
  }

  @Test func theOldestIsTheOneThatWaitsLongestInItsLane() {
    var lanes = WorkLanes()
    #expect(lanes.oldest(in: .resync) == nil)
    lanes.add(key("A", 1), to: .resync, at: .seconds(1))
    lanes.add(key("B", 1), to: .resync, at: .seconds(2))
    lanes.add(key("A", 2), to: .resync, at: .seconds(3))
    #expect(lanes.oldest(in: .resync) == .seconds(1))
    lanes.add(key("A", 1), to: .fresh, at: .seconds(4))
    #expect(lanes.oldest(in: .resync) == .seconds(2))
    #expect(lanes.oldest(in: .fresh) == .seconds(4))
  }

  /// With a step that moves all that follow this would take minutes.
  @Test func thousandsOfKeysCostNoMoreEachThanOne() {
    var lanes = WorkLanes()
    let count = 100_000
    for number in 0..<count { lanes.add(key("A", number), to: .resync, at: .zero) }
    for number in stride(from: 0, to: count, by: 2) {
      lanes.add(key("A", number), to: .fresh, at: .zero)
    }
    var taken = 0
    var freshTaken = 0
    while let entry = lanes.next(where: { _ in true }) {
      taken += 1
      if entry.lane == .fresh { freshTaken += 1 }
    }
    #expect(taken == count && freshTaken == count / 2)
  }
}
