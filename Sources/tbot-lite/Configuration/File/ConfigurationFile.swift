import Documents
import Operations

/// tbot-lite's configuration file: tbot's, version v2, as far as tbot-lite offers what it says, and keys of its own.
///
/// Source of tbot's keys: lib/tbot/config of Teleport 14 to 18.
struct ConfigurationFile: Sendable {
  /// What stands at the top and in `onboarding`, by the option's name.
  private(set) var values: [String: FileValue] = [:]
  private(set) var outputs: [OutputDraft] = []
  /// Where the file asks for a storage in memory.
  private(set) var memoryStorage: String?

  /// - Parameter name: of the file, for messages.
  init(_ text: String, name: String) throws(InvalidOption) {
    let document: YAMLNode
    do { document = try YAMLNode(yaml: text) } catch {
      throw InvalidOption("\(name)\(error.line == nil ? ":" : "") \(error)")
    }
    let top = try FileMapping(document, file: name, path: "", place: name, keys: FileKeys.top)
    try Self.checkVersion(top, name)
    for key in ["fips", "insecure"] where try top.flag(key) == true {
      throw InvalidOption("\(top.place(key)): \(FileKeys.neverTrue[key] ?? "")")
    }
    try readTop(top)
    if let onboarding = try top.mapping("onboarding", FileKeys.onboarding) {
      values["token"] = try onboarding.text("token", "a join token, or the path of a file with it")
      values["join-method"] = try onboarding.text("join_method", "a text")
      values["ca-path"] = try onboarding.text("ca_path", "the path of a file")
      values["ca-pin"] = try Self.joined(onboarding, "ca_pins", SettingForm.pin)
    }
    try readStorage(top)
    for key in ["outputs", "services"] {
      for item in try top.items(key) ?? [] {
        outputs.append(try OutputDraft(item.node, file: name, path: item.path))
      }
    }
  }

  private static func checkVersion(_ top: FileMapping, _ name: String) throws(InvalidOption) {
    let only = "only version v2 of tbot's file is read"
    guard let version = try top.text("version", "v2") else {
      throw InvalidOption("\(name): version is missing; \(only): begin with `version: v2`")
    }
    if version.text != "v2" {
      let way = version.text == "v1" ? "; `tbot migrate` turns v1 into it" : ""
      throw InvalidOption("\(version.place) is '\(version.text)'; \(only)\(way)")
    }
  }

  private mutating func readTop(_ top: FileMapping) throws(InvalidOption) {
    for (key, form) in FileKeys.topTexts {
      values[key.replacing("_", with: "-")] = try top.text(key, form)
    }
    for key in ["debug", "oneshot"] {
      guard let flag = try top.flag(key) else { continue }
      values[key] = FileValue(text: "\(flag)", place: top.place(key))
    }
    values["certificate-ttl"] = try FileKeys.lifetime(top)
    values["roles"] = try Self.joined(top, "roles", SettingForm.role)
    if case .sequence = top.node("on_renew")?.content {
      let words = try top.list("on_renew", "a word of the command") ?? []
      values["on-renew"] = FileValue(text: CommandWords.join(words), place: top.place("on_renew"))
    } else {
      values["on-renew"] = try top.text("on_renew", "a command, or a list of its words")
    }
  }

  private static func joined(
    _ mapping: FileMapping, _ key: String, _ form: String
  ) throws(InvalidOption) -> FileValue? {
    guard let items = try mapping.list(key, form) else { return nil }
    for item in items where item.contains("," as Character) {
      throw InvalidOption("\(mapping.place(key)): '\(item)' is not \(form)")
    }
    return ListText.join(items).map { FileValue(text: $0, place: mapping.place(key)) }
  }

  private mutating func readStorage(_ top: FileMapping) throws(InvalidOption) {
    guard let storage = try top.mapping("storage", FileKeys.storage) else { return }
    switch try storage.text("type", "directory")?.text {
    case "directory":
      try FileKeys.checkLinksAndLists(storage)
      guard let path = try storage.text("path", SettingForm.directory) else {
        throw InvalidOption("\(storage.place("path")) is missing; name a directory")
      }
      values["storage"] = path
    case "memory": memoryStorage = storage.place("type")
    case nil: throw InvalidOption("\(storage.place("type")) is missing; it has to be directory")
    case .some(let type):
      throw InvalidOption("\(storage.place("type")): '\(type)' is not directory (or memory)")
    }
  }
}
