import Documents
import Kubernetes
import TeleportSchema

@testable import controller

/// The messages that scenarios of one kind are made of, encoded once.
struct PlanPieces: Sendable {
  static let name = "myrole"
  static let cluster = "cluster-1"
  static let spec: JSONValue = ["allow": ["logins": ["root"], "node_labels": ["env": "dev"]]]
  static let badSpec: JSONValue = ["options": ["max_session_ttl": "soon"]]
  /// Nothing of this build knows this field.
  static let unknownField = 1900

  let watched: WatchedKind
  let owner: Owner
  let declaration: Declaration
  let invalid: Result<Declaration, DeclarationError>
  private let messages: [PlanScenario.Live: Observation.Live]

  func live(_ live: PlanScenario.Live) -> Observation.Live { messages[live] ?? .absent }

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
    let watched = try WatchedKind.named(kind)
    let object = try KubernetesObject.custom(kind, Self.name, version: version, spec: Self.spec)
    let owner = Owner(object, cluster: Self.cluster)
    let bad = try KubernetesObject.custom(kind, Self.name, version: version, spec: Self.badSpec)
    self.watched = watched
    self.owner = owner
    declaration = try Declaration(object, owner: owner)
    do throws(DeclarationError) {
      invalid = .success(try Declaration(bad, owner: owner))
    } catch { invalid = .failure(error) }

    func message(
      _ labels: [String: String], _ spec: JSONValue = Self.spec, revision: Int
    ) throws -> Observation.Live {
      var writer = WireWriter()
      writer.append(
        encoded: try wire(
          "role", Self.name, version: teleport,
          labels: .object(labels.mapValues { .string($0) }), revision: "rev-\(revision)",
          spec: spec))
      writer.string(Self.unknownField, "from a newer server")
      return .read(try LiveResource(writer.bytes, watched.schema), writer.bytes)
    }
    let origin = ["teleport.dev/origin": "kubernetes"]
    func signed(_ owner: Owner) -> [String: String] { origin.merging(owner.labels) { $1 } }
    var defaults = Self.spec
    defaults["options"] = ["max_session_ttl": "30h", "cert_format": "standard"]
    let drifted: JSONValue = ["allow": ["logins": ["root", "mallory"]]]
    let other = try KubernetesObject.custom(kind, "another", uid: "uid-2")
    let another = Owner(other, cluster: Self.cluster)
    messages = [
      .asVerified: try message(signed(owner), revision: 1),
      .withDefaults: try message(signed(owner), defaults, revision: 2),
      .drifted: try message(signed(owner), drifted, revision: 3),
      .unowned: try message(["team": "a"], drifted, revision: 4),
      .unownedEqual: try message([:], revision: 5),
      .unclaimed: try message(origin, revision: 6),
      .ofAnother: try message(signed(another), drifted, revision: 7),
      .ofOneGone: try message(signed(another), drifted, revision: 8),
      .ofOneUnseen: try message(signed(another), revision: 9),
      .ofAnotherCluster: try message(
        signed(Owner(object, cluster: "cluster-2")), revision: 10),
    ]
  }
}
