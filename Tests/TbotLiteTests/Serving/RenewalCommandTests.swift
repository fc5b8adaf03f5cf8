import FoundationEssentials
import Glibc
import Testing

@testable import tbot_lite

@Suite(.timeLimit(.minutes(1))) struct RenewalCommandTests {
  @Test func itGetsItsArgumentsAsTheyAreAndTheOutputs() async throws {
    let file = FileManager.default.temporaryDirectory.path() + "/renewed-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: file) }
    let script = "printf '%s|%s' \"$1\" \"$TELEPORT_OUTPUTS\" > \"$0\""
    let command = RenewalCommand(arguments: ["/bin/sh", "-c", script, file, "a; b $HOME"])
    try await command.run(environment: ["TELEPORT_OUTPUTS": "identity:/x"])
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "a; b $HOME|identity:/x")
  }

  @Test func whatIsOursAloneIsNotInherited() async throws {
    setenv("TBOT_LITE_TOKEN", "s3cret", 1)
    defer { unsetenv("TBOT_LITE_TOKEN") }
    let command = RenewalCommand(arguments: ["/bin/sh", "-c", "test -z \"$TBOT_LITE_TOKEN\""])
    try await command.run(environment: [:])
  }

  @Test(arguments: [
    (["/bin/sh", "-c", "exit 3"], "/bin/sh ended with code 3"),
    (["/bin/sh", "-c", "kill -9 $$"], "/bin/sh was ended by signal 9"),
    (["/no/such/program"], "cannot start /no/such/program: No such file or directory"),
  ])
  func failuresAreTold(arguments: [String], text: String) async {
    let failure = await #expect(throws: RenewalCommand.Failure.self) {
      try await RenewalCommand(arguments: arguments).run(environment: [:])
    }
    #expect(failure?.description == text)
  }

  @Test func onePatienceIsEnough() async {
    var command = RenewalCommand(arguments: ["/bin/sleep", "600"])
    command.patience = .milliseconds(50)
    let start = ContinuousClock.now
    let failure = await #expect(throws: RenewalCommand.Failure.self) {
      try await command.run(environment: [:])
    }
    #expect(failure?.description.contains("did not end within") == true)
    #expect(start.duration(to: .now) < .seconds(30))
  }
}
