import SandboxFaults
import Testing

@testable import controller

@Suite struct DueTimesTests {
  private func entry(_ number: Int, _ seconds: Int) -> DueTimes.Entry {
    DueTimes.Entry(
      time: .seconds(seconds), key: WorkKey(kind: "K", namespace: nil, name: "\(number)"),
      ticket: number)
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func whatIsDueFirstComesFirst(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var times = DueTimes()
    var seconds: [Int] = []
    for number in 0..<Int.random(in: 0...60, using: &generator) {
      let second = Int.random(in: 0...20, using: &generator)
      times.insert(entry(number, second))
      seconds.append(second)
    }
    times.keep { $0.ticket % 3 != 0 }
    let kept = seconds.enumerated().filter { $0.offset % 3 != 0 }.map(\.element)
    #expect(times.count == kept.count && times.first?.time == kept.min().map { .seconds($0) })
    var taken: [Duration] = []
    while let entry = times.popFirst() { taken.append(entry.time) }
    #expect(taken == kept.sorted().map { .seconds($0) })
    #expect(times.first == nil)
  }
}
