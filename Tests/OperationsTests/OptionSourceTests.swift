import Operations
import Testing

@Suite struct OptionSourceTests {
  private func source(
    _ given: [String: String?] = [:], _ environment: [String: String] = [:]
  ) -> OptionSource {
    OptionSource(prefix: "TBOT_LITE", given: given, environment: environment)
  }

  @Test func theCommandLineComesBeforeTheEnvironment() {
    let environment = ["TBOT_LITE_AUTH_SERVER": "env:1"]
    #expect(source(["auth-server": "flag:1"], environment).text("auth-server") == "flag:1")
    #expect(source(["auth-server": nil], environment).text("auth-server") == "env:1")
    #expect(source().text("auth-server") == nil)
  }

  @Test func anEmptyVariableIsNoneAndAnEmptyOptionIsOne() {
    #expect(source([:], ["TBOT_LITE_AUTH_SERVER": ""]).text("auth-server") == nil)
    #expect(source(["auth-server": ""]).text("auth-server") == "")
  }

  @Test func variablesOfOtherPrefixesDoNotCount() {
    #expect(source([:], ["AUTH_SERVER": "x", "OTHER_AUTH_SERVER": "x"]).text("auth-server") == nil)
  }

  @Test func aBadValueIsToldWithTheNameThatThePersonUsed() {
    #expect(throws: InvalidOption("--count: 'x' is not a number")) {
      try source(["count": "x"], ["TBOT_LITE_COUNT": "1"])
        .value("count", default: "2", "a number") { Int($0) }
    }
    #expect(throws: InvalidOption("TBOT_LITE_COUNT: 'x' is not a number")) {
      try source([:], ["TBOT_LITE_COUNT": "x"]).value("count", default: "2", "a number") { Int($0) }
    }
  }

  @Test func valuesAndDefaultsAreParsed() throws {
    #expect(try source(["count": "7"]).value("count", default: "2", "a number") { Int($0) } == 7)
    #expect(try source().value("count", default: "2", "a number") { Int($0) } == 2)
  }
}
