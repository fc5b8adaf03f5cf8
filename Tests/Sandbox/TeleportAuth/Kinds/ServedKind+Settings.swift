/// Workload identities, and what there is once in a cluster.
extension ServedKind {
  static let machines = [workloadIdentity]
  static let settings = [autoupdateConfig, autoupdateVersion]

  private static let identities =
    "teleport.workloadidentity.v1.WorkloadIdentityResourceService/"

  private static let workloadIdentity = ServedKind(
    kind: "workload_identity", version: "v1", event: 76, rules: ["workload_identity"],
    complete: { identity, _ throws(CallError) in
      guard identity.has([5, 2]) else {
        // The real one does not check before it looks.
        throw CallError(.connectionProblem, "runtime error: invalid memory address")
      }
      guard identity.string(at: [5, 2, 1]).hasPrefix("/") else {
        throw CallError(.badParameter, "spec.spiffe.id: must start with a /")
      }
    },
    calls: [
      ServedCall(identities + "GetWorkloadIdentity", .get(name: 1), .modern),
      ServedCall(
        identities + "ListWorkloadIdentities", .list(.init(paging: [1, 2, 2])), .modern),
      ServedCall(identities + "CreateWorkloadIdentity", .create, .modern, resource: 1),
      ServedCall(
        identities + "UpdateWorkloadIdentity", .update(conditional: true), .modern, resource: 1),
      ServedCall(identities + "UpsertWorkloadIdentity", .upsert, .modern, resource: 1),
      ServedCall(identities + "DeleteWorkloadIdentity", .delete(name: 1), .modern),
    ])

  private static let updates = "teleport.autoupdate.v1.AutoUpdateService/"

  private static func calls(_ name: String) -> [ServedCall] {
    [
      ServedCall(updates + "Get\(name)", .get(name: nil), .modern),
      ServedCall(updates + "Create\(name)", .create, .modern, resource: 1),
      ServedCall(updates + "Update\(name)", .update(conditional: true), .modern, resource: 1),
      ServedCall(updates + "Upsert\(name)", .upsert, .modern, resource: 1),
      ServedCall(updates + "Delete\(name)", .delete(name: nil), .modern),
    ]
  }

  private static let autoupdateConfig = ServedKind(
    kind: "autoupdate_config", version: "v1", event: 64, rules: ["autoupdate_config"],
    singleton: "autoupdate-config",
    complete: { config, _ throws(CallError) in
      let mode = config.string(at: [5, 2, 1])
      guard ["", "enabled", "disabled"].contains(mode) else {
        throw CallError(.badParameter, "spec.tools.mode: unsupported value \"\(mode)\"")
      }
    },
    calls: calls("AutoUpdateConfig"))

  private static let autoupdateVersion = ServedKind(
    kind: "autoupdate_version", version: "v1", event: 65, rules: ["autoupdate_version"],
    singleton: "autoupdate-version",
    complete: { version, _ throws(CallError) in
      if version.has([5, 2]), version.string(at: [5, 2, 1]).isEmpty {
        throw CallError(.badParameter, "spec.tools.target_version: version is unset")
      }
    },
    calls: calls("AutoUpdateVersion"))
}
