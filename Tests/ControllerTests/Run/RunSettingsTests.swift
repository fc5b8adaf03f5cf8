import Operations
import TeleportClient
import Testing

@testable import controller

@Suite struct RunSettingsTests {
  private func settings(
    _ given: [String: String] = [:], environment: [String: String] = [:]
  ) throws(InvalidOption) -> RunSettings {
    try RunSettings(
      given.mapValues { $0 }, environment: environment, defaultNamespace: "from-kubeconfig")
  }

  @Test func defaultsAreTheOfficialOperators() throws {
    let settings = try settings()
    #expect(settings.namespace == "from-kubeconfig")
    #expect(settings.leaderElectionID == "431e83f4.teleport.dev")
    #expect(settings.syncPeriod == .seconds(36000))
    #expect(settings.metricsAddress == ListenAddress(host: "", port: 8080))
    #expect(settings.healthAddress == ListenAddress(host: "", port: 8081))
    #expect(settings.identityDirectory.path == "/var/run/teleport-identity")
    #expect(settings.authServer == AuthAddress("127.0.0.1:3025"))
    #expect(settings.logLevel == .info && settings.logFormat == .text)
  }

  @Test(
    arguments: [
      ([:], [:], "from-kubeconfig"),
      ([:], ["POD_NAMESPACE": ""], "from-kubeconfig"),
      ([:], ["POD_NAMESPACE": "pod"], "pod"),
      ([:], ["POD_NAMESPACE": "pod", "TELEPORT_OPERATOR_NAMESPACE": "variable"], "variable"),
      (
        ["namespace": "option"], ["POD_NAMESPACE": "pod", "TELEPORT_OPERATOR_NAMESPACE": "v"],
        "option"
      ),
    ] as [([String: String], [String: String], String)])
  func theNamespaceComesFromTheNearest(
    given: [String: String], environment: [String: String], namespace: String
  ) throws {
    #expect(try settings(given, environment: environment).namespace == namespace)
  }

  @Test func everyOptionHasAVariableThatItOutdoes() throws {
    let environment = [
      "TELEPORT_OPERATOR_LEADER_ELECTION_ID": "id", "TELEPORT_OPERATOR_SYNC_PERIOD": "90s",
      "TELEPORT_OPERATOR_METRICS_BIND_ADDRESS": "0",
      "TELEPORT_OPERATOR_HEALTH_PROBE_BIND_ADDRESS": "[::1]:9",
      "TELEPORT_OPERATOR_IDENTITY_DIR": "/id", "TELEPORT_OPERATOR_AUTH_SERVER": "auth:1",
      "TELEPORT_OPERATOR_LOG_LEVEL": "WARN", "TELEPORT_OPERATOR_LOG_FORMAT": "json",
    ]
    let settings = try settings(environment: environment)
    #expect(settings.leaderElectionID == "id" && settings.syncPeriod == .seconds(90))
    #expect(settings.metricsAddress == nil)
    #expect(settings.healthAddress == ListenAddress(host: "::1", port: 9))
    #expect(settings.identityDirectory.path == "/id")
    #expect(settings.authServer.description == "auth:1")
    #expect(settings.logLevel == .warning && settings.logFormat == .json)
    let outdone = try self.settings(["sync-period": "2h"], environment: environment)
    #expect(outdone.syncPeriod == .seconds(7200))
  }

  @Test(arguments: [
    ("sync-period", "soon"), ("sync-period", "0"), ("sync-period", "10ms"),
    ("sync-period", "-1h"), ("metrics-bind-address", "8080"),
    ("metrics-bind-address", "host:99999"), ("health-probe-bind-address", "x"),
    ("auth-server", "host:port"), ("auth-server", "https://host"), ("log-level", "loud"),
    ("log-format", "xml"),
  ])
  func badValuesNameTheOptionAndTheForm(option: String, value: String) {
    let error = #expect(throws: InvalidOption.self) { try settings([option: value]) }
    #expect(error?.description.hasPrefix("--\(option): '\(value)' is not ") == true)
    let variable =
      "TELEPORT_OPERATOR_" + option.uppercased().split(separator: "-").joined(separator: "_")
    let fromEnvironment = #expect(throws: InvalidOption.self) {
      try settings(environment: [variable: value])
    }
    #expect(fromEnvironment?.description.hasPrefix("\(variable): ") == true)
  }
}
