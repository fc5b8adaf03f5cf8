import Documents
import Kubernetes
import TeleportClient
import TeleportSchema
import Testing

@testable import controller

@Suite struct VerdictTests {
  static func observation(
    status: JSONValue = .null
  ) throws -> Observation {
    let kind = try WatchedKind.named("TeleportRoleV8")
    let object = try KubernetesObject.custom("TeleportRoleV8", "r", generation: 4, status: status)
    let owner = Owner(object, cluster: "c")
    return Observation(
      object: object, schema: kind.schema, owner: owner,
      declaration: .success(try Declaration(object, owner: owner)), serverMajor: 18)
  }

  static let operations: [Verdict.Operation] = [.reading, .writing, .deleting]

  static func failures(detail: String) -> [Verdict] {
    TeleportError.Code.allCases.flatMap { code in
      operations.map {
        .failed(TeleportError(code, operation: "Method", detail: detail), during: $0)
      }
    }
  }

  static func all(detail: String = "why") throws -> [Verdict] {
    let version = try WatchedKind.named("TeleportRoleV8").customResource.storedVersion
    return [
      .inSync(isNew: true), .inSync(isNew: false), .notOwned, .notApplied([detail]),
      .undeclared(.invalid(SchemaError([SchemaIssue(.invalidValue, at: "spec.x", detail)]))),
      .unsupportedVersion(version, serverMajor: 11), .notEqual([detail]), .drifted([detail]),
      .drifted([]), .planned([detail]), .ignored, .unreachable, .inUse(by: [detail]),
      .deletionHeld(.init(wanted: 30, total: 40, limit: 10)),
      .conflict(Owner(try observation().object, cluster: "c")),
      .conflict(Owner(try observation().object, cluster: "another")),
    ] + failures(detail: detail)
  }

  private func status(_ verdict: Verdict, _ observation: Observation) -> ResourceStatus {
    verdict.status(observation)
  }

  @Test func readyIsTrueOnlyForWhatIsInSync() throws {
    let observation = try Self.observation()
    for verdict in try Self.all() {
      let ready = try #require(status(verdict, observation).condition(.ready))
      if case .inSync = verdict {
        #expect(ready.status == .yes && ready.reason == .inSync)
      } else {
        #expect(ready.status != .yes && ready.reason != .inSync, "\(verdict)")
      }
    }
  }

  @Test func theOperatorsOwnConditionsAgreeWithReady() throws {
    let observation = try Self.observation()
    for verdict in try Self.all() {
      let status = status(verdict, observation)
      let ready = status.condition(.ready)?.status
      #expect(status.observedGeneration == 4)
      #expect((status.condition(.successfullyReconciled)?.status == .yes) == (ready == .yes))
      let isValid = status.condition(.validStructure)?.status == .yes
      if case .undeclared = verdict { #expect(!isValid) } else { #expect(isValid) }
      #expect(Set(status.conditions.map(\.type)).count == status.conditions.count)
    }
  }

  @Test(arguments: [
    (TeleportError.Code.unreachable, Condition.Status.unknown, Reason.teleportUnreachable),
    (.deadlineExceeded, .unknown, .teleportUnreachable),
    (.untrustedServer, .unknown, .teleportUnreachable),
    (.certificateRejected, .unknown, .teleportUnreachable),
    (.permissionDenied, .no, .permissionDenied),
    (.revisionConflict, .no, .concurrentChange), (.alreadyExists, .no, .concurrentChange),
    (.invalidArgument, .no, .rejectedByTeleport),
    (.refused, .no, .rejectedByTeleport), (.limitExceeded, .no, .rejectedByTeleport),
  ])
  func failuresHaveTheirReason(
    code: TeleportError.Code, status: Condition.Status, reason: Reason
  ) throws {
    let verdict = Verdict.failed(
      TeleportError(code, operation: "M", detail: "x"), during: .writing)
    let ready = try self.status(verdict, Self.observation()).condition(.ready)
    #expect(ready?.status == status && ready?.reason == reason)
  }

  @Test func onlyADeletionIsBlocked() throws {
    let observation = try Self.observation()
    for operation in Self.operations {
      let verdict = Verdict.failed(
        TeleportError(.refused, operation: "M", detail: "in use"), during: operation)
      let reason = status(verdict, observation).condition(.ready)?.reason
      if case .deleting = operation {
        #expect(reason == .deletionBlocked)
      } else {
        #expect(reason == .rejectedByTeleport)
      }
    }
  }

  @Test func ownershipSaysWhatTheOfficialOperatorSays() throws {
    let observation = try Self.observation()
    func owned(_ verdict: Verdict) -> Condition? {
      status(verdict, observation).condition(.teleportResourceOwned)
    }
    #expect(owned(.inSync(isNew: true))?.reason == .newResource)
    #expect(owned(.inSync(isNew: false))?.reason == .originLabelMatching)
    #expect(owned(.notOwned)?.reason == .originLabelNotMatching)
    #expect(owned(.notOwned)?.status == .no)
  }

  @Test func longTextsAreCutAndSecretsLeftOut() throws {
    let secret = String(repeating: "a1B2", count: 20)
    let key = "-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----"
    let detail = String(repeating: "It would not. ", count: 5000) + secret + key
    let observation = try Self.observation()
    for verdict in try Self.all(detail: detail) {
      for condition in status(verdict, observation).conditions {
        #expect(condition.message.count <= Condition.maximumMessage, "\(condition.type)")
        #expect(!condition.message.isEmpty)
      }
    }
    for verdict in Self.failures(detail: "leaked: \(secret) \(key)") {
      for condition in status(verdict, observation).conditions {
        #expect(!condition.message.contains(secret) && !condition.message.contains("MIIE"))
      }
    }
  }

  @Test func aFailureKeepsWhatWasVerified() throws {
    let observation = try Self.observation(status: ["declaredHash": "d", "liveHash": "l"])
    for verdict in Self.failures(detail: "x") {
      #expect(status(verdict, observation).verified == VerifiedHashes(declared: "d", live: "l"))
    }
  }
}
