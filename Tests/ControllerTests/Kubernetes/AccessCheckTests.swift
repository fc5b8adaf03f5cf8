import Kubernetes
import Operations
import Synchronization
import Testing

@testable import controller

@Suite struct AccessCheckTests {
  /// A server whose answers a test decides.
  private final class Server: Sendable {
    struct Down: Error {}
    let refused = Mutex<Set<AccessQuestion>>([])
    let isDown = Mutex(false)
    let asked = Mutex<[AccessQuestion]>([])

    @Sendable func ask(_ question: AccessQuestion) throws -> Bool {
      asked.withLock { $0.append(question) }
      if isDown.withLock({ $0 }) { throw Down() }
      return refused.withLock { !$0.contains(question) }
    }

    func refuse(_ questions: AccessQuestion...) { refused.withLock { $0 = Set(questions) } }
  }

  private let server = Server()
  private let log = LogLines()

  private func scope(_ namespace: String) throws -> NamespaceScope {
    try RunSettings(["namespace": namespace], environment: [:], defaultNamespace: "home").scope
  }

  private func needs(_ namespace: String = "a") throws -> AccessNeeds {
    AccessNeeds(
      scope: try scope(namespace), home: "home",
      kinds: [try .named("TeleportRole"), try .named("TeleportUser")])
  }

  private func check(_ namespace: String = "a") throws -> AccessCheck {
    let server = server
    return AccessCheck(try needs(namespace), logger: log.logger, clock: .continuous) {
      try server.ask($0)
    }
  }

  private func question(
    _ verb: String, _ kind: String, _ subresource: String? = nil, in namespace: String? = "a"
  ) throws -> AccessQuestion {
    AccessQuestion(
      verb, try WatchedKind.named(kind).resource, subresource: subresource, namespace: namespace)
  }

  private var warnings: [String] {
    log.all.filter { $0.firstRange(of: "lacks rights") != nil }
  }

  @Test func everythingThatIsDoneIsAskedFor() async throws {
    await (try check("a,b")).check()
    let asked = server.asked.withLock { $0 }
    for namespace in ["a", "b"] {
      for verb in ["list", "watch", "patch"] {
        #expect(asked.contains(try question(verb, "TeleportUser", in: namespace)))
      }
      #expect(asked.contains(try question("patch", "TeleportRole", "status", in: namespace)))
      for verb in ["create", "patch"] {
        #expect(asked.contains(AccessQuestion(verb, .events, namespace: namespace)))
      }
    }
    for verb in ["get", "create", "update"] {
      #expect(asked.contains(AccessQuestion(verb, .leases, namespace: "home")))
    }
    #expect(asked.count == Set(asked).count && asked.count == 2 * (2 * 4 + 2) + 3)
    #expect(log.all.isEmpty)
    // For all namespaces the questions name none.
    let everywhere = try needs("*").permissions.flatMap(\.questions)
    #expect(everywhere.filter { $0.namespace == nil }.count == 2 * 4 + 2)
  }

  @Test func whatIsMissingIsSaidInOneLineWithTheRuleThatWouldHelp() async throws {
    server.refuse(
      try question("list", "TeleportRole"), try question("watch", "TeleportRole"),
      try question("list", "TeleportUser"), try question("watch", "TeleportUser"),
      try question("patch", "TeleportUser", "status"))
    let check = try check()
    await check.check()
    await check.check()
    #expect(warnings.count == 1 && check.shortfalls == 1)
    #expect(
      try needs().permissions[0].missing(server.refused.withLock { $0 })?.shortfall
        == "the service account lacks rights in namespace a, to follow custom resources and report on them; "
        + "a Role in namespace a with these rules would give them: "
        + "[{apiGroups: [\"resources.teleport.dev\"], resources: [teleportroles, teleportusers], "
        + "verbs: [list, watch]}, {apiGroups: [\"resources.teleport.dev\"], "
        + "resources: [teleportusers/status], verbs: [patch]}]")
  }

  @Test func everyChangeIsSaidOnce() async throws {
    let check = try check("*")
    server.refuse(AccessQuestion("create", .events))
    await check.check()
    #expect(warnings.count == 1)
    #expect(warnings[0].firstRange(of: "a ClusterRole with these rules") != nil)
    // More is missing than before, of another permission.
    server.refuse(
      AccessQuestion("create", .events), AccessQuestion("update", .leases, namespace: "home"))
    await check.check()
    #expect(warnings.count == 2 && check.shortfalls == 2)
    // A server that does not answer says nothing of rights.
    server.isDown.withLock { $0 = true }
    await check.check()
    #expect(check.shortfalls == 2)
    server.isDown.withLock { $0 = false }
    server.refuse()
    await check.check()
    await check.check()
    #expect(check.shortfalls == 0 && warnings.count == 2)
    #expect(log.all.count { $0.firstRange(of: "has the rights") != nil } == 2)
  }

  /// Neither waits for the five minutes to pass.
  @Test func aReflectorThatIsRefusedOrWorksAgainIsReasonToAsk() async throws {
    let check = try check()
    let run = Task { await check.run() }
    try await eventually("the start") { !self.server.asked.withLock { $0.isEmpty } }
    server.refuse(try question("watch", "TeleportRole"))
    check.note(.forbidden)
    try await eventually("the warning") { self.warnings.count == 1 }
    server.refuse()
    check.note(.live)
    try await eventually("the end of it") { check.shortfalls == 0 }
    run.cancel()
    await run.value
  }
}
