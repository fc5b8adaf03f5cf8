import Documents
import Kubernetes
import TeleportSchema

@testable import controller

/// Carries a plan out on an observation, as Kubernetes and a Teleport that answers with what it holds would.
enum PlanWorld {
  /// - Returns: whether the object still exists.
  static func carryOut(_ plan: Plan, in world: inout Observation) throws -> Bool {
    for effect in plan.effects {
      switch effect {
      case .addFinalizer: world.object.metadata.finalizers.append(OperatorName.finalizer)
      case .removeFinalizer:
        world.object.metadata.finalizers.removeAll { $0 == OperatorName.finalizer }
      case .create(let bytes), .update(let bytes):
        let held = try withDefaults(bytes, world.schema)
        world.live = .read(try LiveResource(held, world.schema), held)
      case .delete: world.live = .absent
      }
    }
    let before = world
    switch plan.outcome {
    case .none, .lookAgain, .read: break
    case .status(let status): report(status, in: &world)
    case .verify:
      guard let live = world.live.bytes, case .success(let declared) = world.declaration else {
        break
      }
      report(try Planner.verified(live, declared, before), in: &world)
      world.unverifiedWrite = nil
    }
    return !(world.object.metadata.isBeingDeleted && world.object.metadata.finalizers.isEmpty)
  }

  private static func report(_ status: ResourceStatus, in world: inout Observation) {
    let patch = status.patch(over: world.object.status, now: "2030-01-01T00:00:00Z")
    guard let members = patch?["status"]?.object else { return }
    for (key, value) in members { world.object.status[key] = value.isNull ? nil : value }
  }

  /// A server fills in what was left out.
  private static func withDefaults(_ bytes: [UInt8], _ schema: ResourceSchema) throws -> [UInt8] {
    var json = try schema.decode(bytes)
    if json[["spec", "options", "cert_format"]] == nil {
      var spec = json["spec"] ?? [:]
      var options = spec["options"] ?? [:]
      options["cert_format"] = "standard"
      spec["options"] = options
      json["spec"] = spec
    }
    return try schema.encode(json)
  }
}
