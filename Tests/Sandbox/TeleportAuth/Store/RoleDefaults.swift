import TeleportSchema

/// What the server fills into a role, so that what is read back is never what was written.
struct RoleDefaults: Sendable {
  let major: Int

  /// The role as the server stores it.
  func complete(_ role: inout [UInt8]) throws(CallError) {
    role.set(ResourceField.kind, to: .string("role"))
    let version = RoleVersions.stored(role.string(at: ResourceField.version), major: major)
    role.set(ResourceField.version, to: .string(version))
    try MetadataRules.complete(&role, major: major)
    options(&role, version)
    labels(&role, version)
    if major >= 12 { kubernetesResources(&role, version) }
    for conditions in [RoleField.allow, RoleField.deny] {
      role.setDefault(conditions + [ConditionField.namespaces], .string("default"))
    }
  }

  private func options(_ role: inout [UInt8], _ version: String) {
    func text(_ number: Int, _ value: String) {
      if role.string(at: RoleField.option(number)).isEmpty {
        role.set(RoleField.option(number), to: .string(value))
      }
    }
    func bool(_ path: [Int], _ value: Bool) {
      role.setDefault(RoleField.options + path, .message(.boolValue(value)))
    }
    text(4, "standard")
    let lifetime = Int64(bitPattern: role.varint(at: RoleField.option(2)) ?? 0)
    if lifetime <= 0 { role.set(RoleField.option(2), to: .varint(30 * 3600 * 1_000_000_000)) }
    if major <= 14 { bool([3], true) }
    role.setDefault(RoleField.option(7), .string("command"), .string("network"))
    if !role.has(RoleField.option(15)) {
      bool([15, 1], true)
      role.set(RoleField.options + [15, 2], to: .string("best_effort"))
    }
    bool([16], true)
    bool([19], true)
    bool([22], true)
    if major <= 12 { bool([20], false) }
    if major >= 12, version != "v8", !role.has(RoleField.option(25)) { bool([25, 1, 1], true) }
    if major >= 13 {
      bool([26], false)
      bool([27], false)
    }
    // What 12 to 14 called "drop" is "insecure-drop" now.
    if major >= 18, role.varint(at: RoleField.option(28)) == 2 {
      role.set(RoleField.option(28), to: .varint(4))
    }
  }

  private func labels(_ role: inout [UInt8], _ version: String) {
    guard version == "v3" else { return }
    let allow = RoleField.allow
    if role.has(allow + [ConditionField.logins]) {
      role.setDefault(allow + [ConditionField.nodeLabels], .message(LabelValues.everything))
    }
    for field in [
      ConditionField.appLabels, ConditionField.kubernetesLabels, ConditionField.databaseLabels,
    ] { role.setDefault(allow + [field], .message(LabelValues.everything)) }
  }

  private func kubernetesResources(_ role: inout [UInt8], _ version: String) {
    let path = RoleField.allow + [ConditionField.kubernetesResources]
    let isOld = ["v3", "v4", "v5"].contains(version)
    if !role.has(path), isOld || version != "v6", major == 12 || hasKubernetesLabels(role) {
      role.set(path, to: .message(everyResource(version)))
    }
    guard isOld || version == "v6", major >= 14 else { return }
    for conditions in [RoleField.allow, RoleField.deny] {
      let path = conditions + [ConditionField.kubernetesResources]
      let filled = role.messages(at: path).map { resource -> [UInt8].FieldContent in
        var resource = resource
        resource.setDefault([4], .string("*"))
        return .message(resource)
      }
      if !filled.isEmpty { role.set(path, to: filled) }
    }
  }

  private func everyResource(_ version: String) -> [UInt8] {
    var everything = WireWriter()
    everything.string(1, ["v7", "v8"].contains(version) ? "*" : "pod")
    everything.string(2, "*")
    everything.string(3, "*")
    if major >= 14 { everything.string(4, "*") }
    if version == "v8" { everything.string(5, "*") }
    return everything.bytes
  }

  private func hasKubernetesLabels(_ role: [UInt8]) -> Bool {
    let labels = role.message(at: RoleField.allow + [ConditionField.kubernetesLabels]) ?? []
    return !labels.isEmpty || role.has(RoleField.allow + [33])
  }
}
