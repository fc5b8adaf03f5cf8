import Documents
import Operations

extension OutputDraft {
  /// Reads an item of `outputs` or `services`.
  init(_ node: YAMLNode, file: String, path: String) throws(InvalidOption) {
    let place = "\(file) line \(node.line): \(path)"
    try Self.checkType(node, place)
    let output = try FileMapping(node, file: file, path: path, place: place, keys: FileKeys.output)
    let type = try output.text("type", "identity or tls")
    guard let format = type.flatMap({ Output.Format(rawValue: $0.text) }) else {
      throw InvalidOption(
        "\(output.place("type")): "
          + (type.map { "'\($0.text)' is not identity or tls" } ?? "is missing; identity or tls"))
    }
    var roles: (names: [String], place: String)?
    if let names = try output.list("roles", SettingForm.role), !names.isEmpty {
      for name in names where SettingForm.role(name) == nil {
        throw InvalidOption("\(output.place("roles")): '\(name)' is not \(SettingForm.role)")
      }
      roles = (names, output.place("roles"))
    }
    var lifetime: (value: Duration, place: String)?
    if let text = try FileKeys.lifetime(output) {
      guard let value = SettingForm.lifetime(text.text) else {
        throw InvalidOption("\(text.place): '\(text.text)' is not \(SettingForm.lifetime)")
      }
      lifetime = (value, text.place)
    }
    let name = try output.text("name", SettingForm.outputName)
    if let name, SettingForm.role(name.text) == nil {
      throw InvalidOption("\(name.place): '\(name.text)' is not \(SettingForm.outputName)")
    }
    self.init(
      place: place, destinationPlace: output.place("destination"), name: name?.text, format: format,
      destination: try Self.destination(output), roles: roles, certificateTTL: lifetime,
      writesSSHConfig: try Self.writesSSHConfig(output))
  }

  /// Before its keys, as those of other types are not known here.
  private static func checkType(_ node: YAMLNode, _ place: String) throws(InvalidOption) {
    guard case .mapping(let members) = node.content,
      let member = members.first(where: { $0.key == "type" }),
      case .scalar(.string(let type), _) = member.node.content, FileKeys.otherTypes.contains(type)
    else { return }
    throw InvalidOption(
      "\(place): tbot has type \(type), tbot-lite has identity and tls; use tbot for this one")
  }

  private static func writesSSHConfig(_ output: FileMapping) throws(InvalidOption) -> Bool {
    guard let node = output.node("ssh_config") else { return true }
    switch node.content {
    case .scalar(.bool(let value), let text) where ["on", "off"].contains(text): return value
    case .scalar(.string("on"), _): return true
    case .scalar(.string("off"), _): return false
    case .scalar(_, let text):
      throw InvalidOption("\(output.place("ssh_config")): '\(text)' is not on or off")
    default: throw output.wrongType("ssh_config", node, "on or off")
    }
  }

  private static func destination(_ output: FileMapping) throws(InvalidOption) -> Destination {
    let types = "directory or kubernetes_secret"
    guard let node = output.node("destination") else {
      throw InvalidOption("\(output.place("destination")) is missing; it needs type: \(types)")
    }
    // Which keys are known depends on the type.
    var type = ""
    if case .mapping(let members) = node.content,
      case .scalar(_, let text)? = members.first(where: { $0.key == "type" })?.node.content
    {
      type = text
    }
    let keys = type == "kubernetes_secret" ? FileKeys.kubernetesSecret : FileKeys.directory
    guard let mapping = try output.mapping("destination", keys) else {
      return .directory(path: "", access: .owner)
    }
    switch type {
    case "directory": return try directory(mapping)
    case "kubernetes_secret": return try kubernetesSecret(mapping)
    case "memory":
      throw InvalidOption(
        "\(mapping.place("type")): what is in memory only, nobody can use; \(types)")
    default:
      throw InvalidOption(
        "\(mapping.place("type")) "
          + (type.isEmpty ? "is missing; it has to be " : "'\(type)' is not ")
          + types)
    }
  }

  private static func directory(_ mapping: FileMapping) throws(InvalidOption) -> Destination {
    try FileKeys.checkLinksAndLists(mapping)
    let text = try mapping.text("path", SettingForm.directory)
    guard let path = text.flatMap({ SettingForm.path($0.text) }) else {
      throw InvalidOption("\(mapping.place("path")) has to be \(SettingForm.directory)")
    }
    let mode = try mapping.text("mode", "owner or group")
    let group = try mapping.text("group", SettingForm.group)
    switch (mode?.text, group) {
    case (nil, nil), ("owner", nil): return .directory(path: path, access: .owner)
    case (nil, .some(let group)), ("group", .some(let group)):
      guard let name = SettingForm.group(group.text) else {
        throw InvalidOption("\(group.place): '\(group.text)' is not \(SettingForm.group)")
      }
      return .directory(path: path, access: .group(name))
    case ("group", nil):
      throw InvalidOption("\(mapping.place("mode")): name the group that may read, as group:")
    case ("owner", .some(let group)):
      throw InvalidOption("\(group.place) has no meaning with mode owner")
    case (.some(let mode), _):
      throw InvalidOption("\(mapping.place("mode")): '\(mode)' is not owner or group")
    }
  }

  private static func kubernetesSecret(_ mapping: FileMapping) throws(InvalidOption) -> Destination
  {
    let text = try mapping.text("name", SettingForm.secretName)
    guard let name = text.flatMap({ SettingForm.secretName($0.text) }) else {
      throw InvalidOption("\(mapping.place("name")) has to be \(SettingForm.secretName)")
    }
    guard let namespace = try mapping.text("namespace", SettingForm.namespace) else {
      return .kubernetesSecret(namespace: nil, name: name)
    }
    guard SettingForm.namespace(namespace.text) != nil else {
      throw InvalidOption("\(namespace.place): '\(namespace.text)' is not \(SettingForm.namespace)")
    }
    return .kubernetesSecret(namespace: namespace.text, name: name)
  }
}
