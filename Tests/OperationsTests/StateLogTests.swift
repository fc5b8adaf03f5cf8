import Operations
import Testing

@Suite struct StateLogTests {
  @Test func aStateIsToldOnceUntilItChanges() {
    let lines = LogLines()
    let log = StateLog(lines.logger())
    for _ in 0..<100 { log.record("renewal", "down", .warning, "cannot renew") }
    #expect(lines.all.count == 1)
    log.record("renewal", "denied", .warning, "denied")
    log.record("renewal", "down", .warning, "cannot renew")
    #expect(lines.all.count == 3)
  }

  @Test func subjectsDoNotMix() {
    let lines = LogLines()
    let log = StateLog(lines.logger())
    log.record("a", "down", .info, "a")
    log.record("b", "down", .info, "b")
    log.record("a", "down", .info, "a")
    #expect(lines.all.count == 2)
  }

  @Test func aForgottenSubjectIsToldAgain() {
    let lines = LogLines()
    let log = StateLog(lines.logger())
    log.record("a", "down", .info, "a")
    log.forget("a")
    log.record("a", "down", .info, "a")
    #expect(lines.all.count == 2)
  }

  @Test func aMessageThatIsNotToldIsNotMade() {
    let log = StateLog(LogLines().logger())
    log.record("a", "down", .info, "a")
    func unwanted() -> String {
      Issue.record("made a message that nobody reads")
      return ""
    }
    log.record("a", "down", .info, unwanted())
  }
}
