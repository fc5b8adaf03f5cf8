import Documents
import TeleportSchema
import Testing

@testable import controller

/// Something that users want, up to the moment from which on things go wrong, and beyond.
struct FaultScenario: Hashable, Sendable, CustomTestStringConvertible {
  enum Story: String, Hashable, Sendable, CaseIterable {
    case create
    /// A custom resource that was there before the controller.
    case start
    case update
    /// A custom resource for what an operator has left in Teleport.
    case takeOver
    case delete
    /// What was not owned is handed over by its label in Teleport.
    case adopt
    case drift
    /// An update, while another controller stands by.
    case handover
    /// An update, and a new identity.
    case renewal
  }

  let story: Story
  /// Of the custom resource.
  let kind: String

  static let roles = Story.allCases.map { FaultScenario(story: $0, kind: "TeleportRole") }
  static let users = [Story.create, .update, .takeOver, .delete].map {
    FaultScenario(story: $0, kind: "TeleportUser")
  }

  var testDescription: String { "\(story.rawValue) \(kind)" }

  /// The name of the custom resource and of what it declares.
  var name: String { "subject" }

  private var teleportKind: String { kind == "TeleportUser" ? "user" : "role" }
  private var isRole: Bool { kind == "TeleportRole" }

  /// A spec that can be told by one value.
  private func spec(_ value: JSONValue) -> JSONValue {
    isRole ? ["allow": ["logins": [value]]] : ["roles": [value]]
  }

  private var first: JSONValue { isRole ? "root" : "access" }
  private var second: JSONValue { isRole ? "admin" : "editor" }

  private func resource(owned: Bool) -> JSONValue {
    [
      "kind": .string(teleportKind), "version": isRole ? "v5" : "v2",
      "metadata": [
        "name": .string(name),
        "labels": owned ? [DeclaredResource.originLabel: "kubernetes"] : ["team": "blue"],
      ], "spec": spec(isRole ? "old" : "auditor"),
    ]
  }

  // MARK: - Acts

  /// What goes before, undisturbed.
  func prepare(_ run: FaultRun) async throws {
    let stage = run.stage.stage
    if story == .start {
      try await stage.apply(kind, name, spec: spec(first))
      return
    }
    if [.takeOver, .adopt].contains(story) {
      try await stage.teleport.put(teleportKind, resource(owned: story == .takeOver))
    }
    try await run.startLeader()
    if ![.create, .takeOver].contains(story) {
      try await stage.apply(kind, name, spec: spec(first))
      try await stage.awaitReason(story == .adopt ? .notOwned : .inSync, kind, name)
    }
    if story == .handover { try await run.startStandby() }
    if story != .adopt { try await run.isQuiet() }
  }

  /// What users do. Does not wait for anything.
  func act(_ run: FaultRun) async throws {
    let stage = run.stage.stage
    switch story {
    case .create, .takeOver: try await stage.apply(kind, name, spec: spec(first))
    case .start: try await run.start()
    case .update, .handover: try await change(stage)
    case .renewal:
      try run.stage.renewIdentity()
      try await run.isReconnected()
      try await change(stage)
    case .delete: try await stage.delete(kind, name)
    case .adopt:
      try await stage.changeByHand(teleportKind, name) {
        $0["metadata"]?["labels"]?[DeclaredResource.originLabel] = "kubernetes"
      }
    case .drift: try await changeByHand(stage)
    }
  }

  private func change(_ stage: Stage) async throws {
    try await stage.changeUndisturbed(kind, name, ["spec": spec(second)])
  }

  func changeByHand(_ stage: Stage) async throws {
    let spec = spec(isRole ? "intruder" : "auditor")
    try await stage.changeByHand(teleportKind, name) { resource in
      for (field, value) in spec.object ?? [:] { resource["spec"]?[field] = value }
    }
  }

  /// Whether users have got what they wanted.
  func isDone(_ stage: Stage) async throws -> Bool {
    let object = try await stage.custom(kind, name)
    let live = try await stage.teleport.resource(teleportKind, name)
    if story == .delete { return object == nil && live == nil }
    let isChanged = [.update, .handover, .renewal].contains(story)
    let value = isChanged ? second : first
    let path = isRole ? ["spec", "allow", "logins"] : ["spec", "roles"]
    guard live?[path] == [value] else { return false }
    let ready = try await stage.condition("Ready", kind, name)
    return ready?["reason"]?.string == Reason.inSync.rawValue
      && ready?["observedGeneration"] == object?[["metadata", "generation"]]
  }

  // MARK: - Points

  private var plural: String {
    WatchedKind.all.first { $0.customResource.kind == kind }?.customResource.plural ?? kind
  }

  /// The requests of a run that are about this.
  func points(_ run: FaultRun) async -> [FaultPoint] {
    let stage = run.stage.stage
    let kubernetes = await stage.kubernetes.faults.requests.filter { request in
      request.target == "default/\(name)" && request.operation.firstRange(of: "teleport") != nil
        || story == .start
          && ["LIST \(plural)", "WATCH \(plural)", "POST leases"].contains(request.operation)
    }
    let isConnecting = [.start, .renewal].contains(story)
    let teleport = await stage.teleport.faults.requests.filter { request in
      request.target == name || isConnecting && request.target.isEmpty
    }
    return FaultPoint.all(kubernetes, .kubernetes) + FaultPoint.all(teleport, .teleport)
  }
}
