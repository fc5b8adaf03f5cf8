import Documents
import Kubernetes
import TeleportSchema

@testable import controller

/// One combination of everything that a plan depends on.
struct PlanScenario: CustomStringConvertible, Sendable {
  enum Live: CaseIterable {
    case absent, asVerified, drifted, withDefaults
    /// As the official operator leaves it.
    case unclaimed
    case unowned
    /// As declared, but nobody's in Kubernetes.
    case unownedEqual
    /// Of another custom resource: one that exists, one that does not, one of which nothing is known.
    case ofAnother, ofOneGone, ofOneUnseen
    case ofAnotherCluster
  }
  enum Annotation: String, CaseIterable { case none, keep, ignore, orphan, plan }
  enum Status: CaseIterable {
    case none, verified, verifiedButNotReported, verifiedAnotherDeclaration
    case writePending, writeExpired, writeOfAnotherDeclarationPending
  }
  struct Server: Sendable {
    let kind: String
    let version: String
    /// nil: not connected.
    let major: Int?
  }

  let server: Server
  let isValid: Bool
  let live: Live
  let hasFinalizer: Bool
  let isBeingDeleted: Bool
  let annotation: Annotation
  let status: Status
  let policy: ResourcePolicy.Defaults
  let isBraked: Bool

  /// As Teleport's own table has it (teleport-wire.md C.10), not as the schema says.
  static let kinds: [(kind: String, version: String, teleport: String, since: Int)] = [
    ("TeleportRole", "v5", "v5", 0), ("TeleportRole", "v6", "v6", 12),
    ("TeleportRoleV7", "v1", "v7", 14), ("TeleportRoleV8", "v1", "v8", 18),
  ]

  static let servers = [
    Server(kind: "TeleportRole", version: "v5", major: 11),
    Server(kind: "TeleportRole", version: "v6", major: 11),
    Server(kind: "TeleportRoleV7", version: "v1", major: 14),
    Server(kind: "TeleportRoleV8", version: "v1", major: 18),
    Server(kind: "TeleportRoleV8", version: "v1", major: nil),
  ]

  static let policies: [ResourcePolicy.Defaults] = [
    .init(), .init(drift: .report), .init(adoption: .ifEqual),
    .init(drift: .report, adoption: .always),
  ]

  static let all: [PlanScenario] = {
    var all: [PlanScenario] = []
    for server in servers {
      for isBeingDeleted in [false, true] {
        for annotation in Annotation.allCases {
          for isValid in [true, false] {
            // Policies are about resources that are to be brought to Teleport.
            let isActive = !isBeingDeleted && isValid && [.none, .plan].contains(annotation)
            for policy in isActive ? policies : [policies[0]] {
              for isBraked in isBeingDeleted ? [false, true] : [false] {
                for live in Live.allCases {
                  for hasFinalizer in [true, false] {
                    for status in isActive ? Status.allCases : [.none, .verified, .writePending] {
                      all.append(
                        PlanScenario(
                          server: server, isValid: isValid, live: live,
                          hasFinalizer: hasFinalizer, isBeingDeleted: isBeingDeleted,
                          annotation: annotation, status: status, policy: policy,
                          isBraked: isBraked))
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
    return all
  }()

  var description: String {
    "\(server.kind)/\(server.version) on \(server.major ?? 0) valid:\(isValid) live:\(live) "
      + "finalizer:\(hasFinalizer) deleting:\(isBeingDeleted) annotation:\(annotation) status:\(status) "
      + "drift:\(policy.drift) adopt:\(policy.adoption) braked:\(isBraked)"
  }

  var isSupported: Bool {
    Self.kinds.contains {
      $0.kind == server.kind && $0.version == server.version && $0.since <= server.major ?? 0
    }
  }

  /// Whether this custom resource may change what is there.
  var mayWrite: Bool {
    switch live {
    case .absent, .asVerified, .drifted, .withDefaults, .unclaimed, .ofOneGone: true
    case .ofAnother: false
    case .unownedEqual, .ofOneUnseen, .ofAnotherCluster: policy.adoption != .never
    case .unowned: policy.adoption == .always
    }
  }

  /// Whether what is there is this custom resource's, and not only to be had.
  var isOurs: Bool { [.asVerified, .drifted, .withDefaults, .unclaimed].contains(live) }

  /// Whether the operator is to bring Teleport to what is declared.
  var isWanted: Bool {
    !isBeingDeleted && annotation != .ignore && isValid && server.major != nil
      && isSupported && mayWrite
  }

  /// Wanted, and not only to be told of.
  var isExecuted: Bool { isWanted && annotation != .plan }

  // MARK: - The observation

  func observation() throws -> Observation {
    let pieces = try PlanPieces.of(kind: server.kind, version: server.version)
    let annotations: [String: String] =
      switch annotation {
      case .none: [:]
      case .ignore: [OperatorName.ignoreAnnotation: "t"]
      default: ["teleport.dev/\(annotation.rawValue)": "true"]
      }
    let object = try KubernetesObject.custom(
      server.kind, PlanPieces.name, version: server.version, generation: 3,
      isBeingDeleted: isBeingDeleted,
      finalizers: ["example.com/other"] + (hasFinalizer ? [OperatorName.finalizer] : []),
      annotations: annotations, spec: isValid ? PlanPieces.spec : PlanPieces.badSpec,
      status: reported(pieces))
    var observation = Observation(
      object: object, schema: pieces.watched.schema, owner: pieces.owner,
      declaration: isValid ? .success(pieces.declaration) : pieces.invalid,
      live: pieces.live(live), serverMajor: server.major, defaults: policy)
    observation.claimantExists =
      switch live {
      case .ofAnother: true
      case .ofOneGone: false
      default: nil
      }
    if isBraked { observation.brake = .init(wanted: 30, total: 40, limit: 10) }
    switch status {
    case .writePending, .writeExpired:
      observation.unverifiedWrite = .init(
        declaredHash: pieces.declaration.hash, replaced: pieces.live(.drifted).bytes,
        mayStillShow: status == .writePending)
    case .writeOfAnotherDeclarationPending:
      observation.unverifiedWrite = .init(
        declaredHash: "another", replaced: nil, mayStillShow: true)
    default: break
    }
    return observation
  }

  private func reported(_ pieces: PlanPieces) -> JSONValue {
    let verified: Live = live == .withDefaults ? .withDefaults : .asVerified
    var status: JSONValue = [
      "liveHash": .string(pieces.live(verified).resource?.hash ?? "")
    ]
    var ready: JSONValue = [
      "type": "Ready", "status": "True", "reason": "InSync", "observedGeneration": 3,
    ]
    switch self.status {
    case .none, .writePending, .writeExpired, .writeOfAnotherDeclarationPending: return .null
    case .verified: status["declaredHash"] = .string(pieces.declaration.hash)
    case .verifiedButNotReported:
      status["declaredHash"] = .string(pieces.declaration.hash)
      ready["status"] = "Unknown"
      ready["reason"] = "TeleportUnreachable"
    case .verifiedAnotherDeclaration: status["declaredHash"] = "another"
    }
    status["conditions"] = [ready]
    return status
  }
}
