import Operations
import Testing

@testable import controller

@Suite struct NamespaceScopeTests {
  private func settings(
    _ given: [String: String] = [:], environment: [String: String] = [:]
  ) throws(InvalidOption) -> RunSettings {
    try RunSettings(
      given.mapValues { $0 }, environment: environment, defaultNamespace: "home")
  }

  @Test(
    arguments: [
      (nil, ["home"], "home"), ("a", ["a"], "a"), ("a,b-2,a", ["a", "b-2"], "home"),
      (" a , b ", ["a", "b"], "home"), ("*", nil, "home"),
    ] as [(String?, [String]?, String)])
  func oneSeveralOrAll(text: String?, names: [String]?, lease: String) throws {
    let given = text.map { ["namespace": $0] } ?? [:]
    let variable = text.map { ["TELEPORT_OPERATOR_NAMESPACE": $0] } ?? [:]
    for settings in [try settings(given), try settings(environment: variable)] {
      #expect(settings.scope.names == names)
      #expect(settings.scope.reflected == names ?? [nil])
      #expect(settings.namespace == lease)
    }
  }

  @Test(arguments: [
    "", "a,", ",", "A", "-a", "a_b", "*,a", "a b", "a/b", String(repeating: "a", count: 64),
  ])
  func whatIsNoNamespaceIsRefused(text: String) {
    let error = #expect(throws: InvalidOption.self) { try settings(["namespace": text]) }
    #expect(error?.description.hasPrefix("--namespace: '") == true)
    #expect(error?.description.hasSuffix("or '*' for all") == true)
  }

  @Test func aSelectorIsChecked() throws {
    #expect(try settings().scope.selector == .all)
    #expect(try settings(["selector": "a = b, c"]).scope.selector.description == "a=b,c")
    let scope = try settings(environment: ["TELEPORT_OPERATOR_SELECTOR": "a in (b)"]).scope
    #expect(scope.description == "home with the labels a in (b)")
    let error = #expect(throws: InvalidOption.self) { try settings(["selector": "a=b c"]) }
    #expect(
      error?.description
        == "--selector: 'a=b c' is not a label selector: 'b c' is not the value of a label; "
        + "an example is 'team=a,env in (dev,test)'")
  }
}
