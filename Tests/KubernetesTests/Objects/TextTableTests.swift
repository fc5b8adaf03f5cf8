import Testing

@testable import Kubernetes

@Suite("text table")
struct TextTableTests {
  @Test func onlyWhatTwoObjectsHaveIsTakenIn() {
    var table = TextTable.Content()
    for _ in 0..<5 { #expect(table.number(of: "its own name", in: 1) == nil) }
    #expect(table.number(of: "reason", in: 1) == nil)
    let number = table.number(of: "reason", in: 2)
    #expect(number != nil)
    #expect(table.number(of: "reason", in: 1) == number)
    #expect(number.map { table.texts[$0] } == "reason")
  }

  @Test(arguments: [
    "", "a", "2026-01-02T03:04:05Z", "7f3c0b6e", String(repeating: "x", count: 129),
  ])
  func whatWouldFillItInVainStaysOut(text: String) {
    var table = TextTable.Content()
    for object in 0..<5 { #expect(table.number(of: text, in: object) == nil) }
  }

  @Test func itHasAnEnd() {
    var table = TextTable.Content()
    for number in 0..<20_000 {
      for object in 1...2 { _ = table.number(of: "text \(number)", in: object) }
    }
    #expect(table.texts.count == TextTable.limit)
    #expect(Set(table.texts).count == TextTable.limit)
    #expect(table.number(of: table.texts[TextTable.limit - 1], in: 3) == TextTable.limit - 1)
    #expect(
      table.number(of: "one more", in: 1) == nil && table.number(of: "one more", in: 2) == nil)
  }
}
