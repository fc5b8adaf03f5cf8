import Documents
import TeleportSchema
import Testing

@testable import controller

/// What the official operator's own tests ask of every kind, asked of this controller.
@Suite(.timeLimit(.minutes(2))) struct PeerContractTests {
  /// A kind, and two specs of it that differ.
  struct Subject: Sendable, CustomTestStringConvertible {
    let kind: String
    let teleportKind: String
    let version: String
    let first: JSONValue
    let second: JSONValue

    static let all = [
      role("TeleportRole", "v5"), role("TeleportRoleV7", "v7"),
      Subject(
        kind: "TeleportUser", teleportKind: "user", version: "v2", first: ["roles": ["access"]],
        second: ["roles": ["access", "editor"]]),
    ]

    private static func role(_ kind: String, _ version: String) -> Subject {
      Subject(
        kind: kind, teleportKind: "role", version: version,
        first: ["allow": ["logins": ["a", "b"]]], second: ["allow": ["logins": ["x", "z"]]])
    }

    var testDescription: String { kind }

    /// As an operator has left it in Teleport.
    func owned(_ name: String) -> JSONValue {
      [
        "kind": .string(teleportKind), "version": .string(version),
        "metadata": [
          "name": .string(name), "labels": [DeclaredResource.originLabel: "kubernetes"],
        ], "spec": second,
      ]
    }
  }

  private static let name = "resource-1"

  private func live(_ subject: Subject, _ stage: Stage) async throws -> JSONValue? {
    try await stage.teleport.resource(subject.teleportKind, Self.name)
  }

  /// Whether Teleport holds each field that the custom resource declares.
  private func agrees(_ subject: Subject, _ stage: Stage) async throws -> Bool {
    guard let declared = try await stage.custom(subject.kind, Self.name)?["spec"]?.object,
      let live = try await live(subject, stage)?["spec"]
    else { return false }
    return declared.allSatisfy { field, value in
      guard let parts = value.object else { return live[field] == value }
      return parts.allSatisfy { live[field]?[$0.key] == $0.value }
    }
  }

  private func create(_ subject: Subject, _ stage: Stage) async throws {
    try await stage.apply(subject.kind, Self.name, spec: subject.first)
    try await eventually("the resource is there") { try await live(subject, stage) != nil }
    let labels = try await live(subject, stage)?[["metadata", "labels"]]
    #expect(labels?[DeclaredResource.originLabel] == "kubernetes")
    try await stage.awaitReason(.inSync, subject.kind, Self.name)
  }

  @Test(arguments: Subject.all) func creation(subject: Subject) async throws {
    try await Stage.withController { stage, _ in
      try await create(subject, stage)
      try await stage.delete(subject.kind, Self.name)
      try await eventually("the resource is gone") { try await live(subject, stage) == nil }
      try await stage.awaitGone(subject.kind, Self.name)
    }
  }

  /// Gone in Teleport and marked for deletion in Kubernetes while no controller ran: nothing holds the deletion up.
  @Test(arguments: Subject.all) func deletionDrift(subject: Subject) async throws {
    try await Stage.with { stage in
      try await stage.withController { _ in try await create(subject, stage) }
      #expect(await stage.teleport.delete(subject.teleportKind, Self.name))
      try await stage.delete(subject.kind, Self.name)
      #expect(try await stage.custom(subject.kind, Self.name) != nil)
      try await stage.withController { _ in
        try await stage.awaitGone(subject.kind, Self.name)
      }
      #expect(try await live(subject, stage) == nil)
    }
  }

  /// Gone in Teleport only: it comes back.
  @Test(arguments: Subject.all) func lossWhileStopped(subject: Subject) async throws {
    try await Stage.with { stage in
      try await stage.withController { _ in try await create(subject, stage) }
      #expect(await stage.teleport.delete(subject.teleportKind, Self.name))
      try await stage.withController { _ in
        try await eventually("it is back") { try await agrees(subject, stage) }
        try await stage.awaitReason(.inSync, subject.kind, Self.name)
      }
    }
  }

  /// Marked for deletion in Kubernetes only.
  @Test(arguments: Subject.all) func deletionWhileStopped(subject: Subject) async throws {
    try await Stage.with { stage in
      try await stage.withController { _ in try await create(subject, stage) }
      try await stage.delete(subject.kind, Self.name)
      #expect(try await live(subject, stage) != nil)
      try await stage.withController { _ in
        try await stage.awaitGone(subject.kind, Self.name)
      }
      #expect(try await live(subject, stage) == nil)
    }
  }

  /// Over what an operator has left in Teleport, and then once more.
  @Test(arguments: Subject.all) func update(subject: Subject) async throws {
    try await Stage.withController { stage, _ in
      try await stage.teleport.put(subject.teleportKind, subject.owned(Self.name))
      try await stage.apply(subject.kind, Self.name, spec: subject.first)
      try await eventually("both agree") { try await agrees(subject, stage) }
      try await stage.awaitReason(.inSync, subject.kind, Self.name)
      try await stage.change(subject.kind, Self.name, ["spec": subject.second])
      try await stage.awaitReason(.inSync, subject.kind, Self.name)
      #expect(try await agrees(subject, stage))
      #expect(await stage.teleport.writes(subject.teleportKind) == .init(updated: 2))
    }
  }
}
