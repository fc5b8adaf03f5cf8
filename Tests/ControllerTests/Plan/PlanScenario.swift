import Documents
import Kubernetes
import TeleportSchema

@testable import controller

/// One combination of everything that a plan depends on.
struct PlanScenario: CustomStringConvertible, Sendable {
  enum Live: CaseIterable { case absent, asVerified, drifted, withDefaults, unowned }
  enum Annotation: CaseIterable { case none, keep, ignore }
  enum Status: CaseIterable {
    case none, verified, verifiedButNotReported, verifiedAnotherDeclaration
    case writePending, writeExpired, writeOfAnotherDeclarationPending
  }

  let kind: String
  let version: String
  let major: Int
  let isValid: Bool
  let live: Live
  let hasFinalizer: Bool
  let isBeingDeleted: Bool
  let annotation: Annotation
  let status: Status

  /// As Teleport's own table has it (teleport-wire.md C.10), not as the schema says.
  static let kinds: [(kind: String, version: String, teleport: String, since: Int)] = [
    ("TeleportRole", "v5", "v5", 0), ("TeleportRole", "v6", "v6", 12),
    ("TeleportRoleV7", "v1", "v7", 14), ("TeleportRoleV8", "v1", "v8", 18),
  ]

  static let all: [PlanScenario] = {
    var all: [PlanScenario] = []
    for (kind, version, _, _) in kinds {
      for major in [11, 14, 18] {
        for isValid in [true, false] {
          for live in Live.allCases {
            for hasFinalizer in [true, false] {
              for isBeingDeleted in [true, false] {
                for annotation in Annotation.allCases {
                  for status in Status.allCases {
                    all.append(
                      PlanScenario(
                        kind: kind, version: version, major: major, isValid: isValid, live: live,
                        hasFinalizer: hasFinalizer, isBeingDeleted: isBeingDeleted,
                        annotation: annotation, status: status))
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
    "\(kind)/\(version) on \(major) valid:\(isValid) live:\(live) finalizer:\(hasFinalizer) "
      + "deleting:\(isBeingDeleted) annotation:\(annotation) status:\(status)"
  }

  var isSupported: Bool {
    Self.kinds.contains { $0.kind == kind && $0.version == version && $0.since <= major }
  }
  /// Whether the operator is to bring Teleport to what is declared.
  var isWanted: Bool { !isBeingDeleted && annotation != .ignore && isValid && isSupported }

  // MARK: - The observation

  func observation() throws -> Observation {
    let pieces = try PlanPieces.of(kind: kind, version: version)
    var annotations: [String: String] = [:]
    if annotation == .keep { annotations[OperatorName.keepAnnotation] = "true" }
    if annotation == .ignore { annotations[OperatorName.ignoreAnnotation] = "t" }
    let object = try KubernetesObject.custom(
      kind, PlanPieces.name, version: version, generation: 3, isBeingDeleted: isBeingDeleted,
      finalizers: ["example.com/other"] + (hasFinalizer ? [OperatorName.finalizer] : []),
      annotations: annotations, spec: isValid ? PlanPieces.spec : PlanPieces.badSpec,
      status: reported(pieces))
    var observation = Observation(
      object: object, schema: pieces.watched.schema,
      declared: pieces.watched.declaration(of: object), live: pieces.live(live),
      serverMajor: major)
    switch status {
    case .writePending, .writeExpired:
      observation.unverifiedWrite = .init(
        declaredHash: pieces.declaredHash, replaced: pieces.live(.drifted),
        mayStillShow: status == .writePending)
    case .writeOfAnotherDeclarationPending:
      observation.unverifiedWrite = .init(
        declaredHash: "another", replaced: nil, mayStillShow: true)
    default: break
    }
    return observation
  }

  private func reported(_ pieces: PlanPieces) -> JSONValue {
    let liveHash = pieces.hashes[live == .withDefaults ? .withDefaults : .asVerified] ?? ""
    var status: JSONValue = ["liveHash": .string(liveHash)]
    var ready: JSONValue = [
      "type": "Ready", "status": "True", "reason": "InSync", "observedGeneration": 3,
    ]
    switch self.status {
    case .none, .writePending, .writeExpired, .writeOfAnotherDeclarationPending: return .null
    case .verified: status["declaredHash"] = .string(pieces.declaredHash)
    case .verifiedButNotReported:
      status["declaredHash"] = .string(pieces.declaredHash)
      ready["status"] = "Unknown"
      ready["reason"] = "TeleportUnreachable"
    case .verifiedAnotherDeclaration: status["declaredHash"] = "another"
    }
    status["conditions"] = [ready]
    return status
  }
}

/// The messages that scenarios of one kind are made of, encoded once.
struct PlanPieces: Sendable {
  static let name = "myrole"
  static let spec: JSONValue = ["allow": ["logins": ["root"], "node_labels": ["env": "dev"]]]
  static let badSpec: JSONValue = ["options": ["max_session_ttl": "soon"]]
  /// Nothing of this build knows this field.
  static let unknownField = 1900

  let watched: WatchedKind
  let declaredHash: String
  let hashes: [PlanScenario.Live: String]
  private let messages: [PlanScenario.Live: [UInt8]]

  func live(_ live: PlanScenario.Live) -> [UInt8]? { messages[live] }

  private static let all: [String: Result<PlanPieces, any Error>] = Dictionary(
    uniqueKeysWithValues: PlanScenario.kinds.map { row in
      (
        row.kind + row.version,
        Result { try PlanPieces(row.kind, row.version, teleport: row.teleport) }
      )
    })

  static func of(kind: String, version: String) throws -> PlanPieces {
    guard let pieces = all[kind + version] else {
      throw NotInTime(description: "no such scenario")
    }
    return try pieces.get()
  }

  private init(_ kind: String, _ version: String, teleport: String) throws {
    watched = try WatchedKind.named(kind)
    let object = try KubernetesObject.custom(kind, Self.name, version: version, spec: Self.spec)
    declaredHash = try watched.schema.managedHash(of: watched.declaration(of: object).get().bytes)
    let owned: JSONValue = ["teleport.dev/origin": "kubernetes"]
    func message(_ labels: JSONValue, _ spec: JSONValue, revision: String) throws -> [UInt8] {
      var writer = WireWriter()
      writer.append(
        encoded: try wire(
          "role", Self.name, version: teleport, labels: labels, revision: revision, spec: spec))
      writer.string(Self.unknownField, "from a newer server")
      return writer.bytes
    }
    var defaults = Self.spec
    defaults["options"] = ["max_session_ttl": "30h", "cert_format": "standard"]
    let drifted: JSONValue = ["allow": ["logins": ["root", "mallory"]]]
    messages = [
      .asVerified: try message(owned, Self.spec, revision: "rev-1"),
      .withDefaults: try message(owned, defaults, revision: "rev-2"),
      .drifted: try message(owned, drifted, revision: "rev-3"),
      .unowned: try message(["team": "a"], drifted, revision: "rev-4"),
    ]
    let schema = watched.schema
    hashes = try messages.mapValues { try schema.managedHash(of: $0) }
  }
}
