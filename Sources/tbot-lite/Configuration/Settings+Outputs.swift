import Operations

extension Settings {
  static let defaultDestination = "/var/run/teleport-identity"

  static func outputs(
    _ source: SettingSource, _ file: ConfigurationFile?, _ joining: JoinSettings,
    _ certificateTTL: Duration, _ workingDirectory: String
  ) throws(InvalidOption) -> [Output] {
    let access = try directoryAccess(source)
    var isLocalAdmin = false
    if case .localAdmin = joining { isLocalAdmin = true }
    // With local-admin these are the roles that the bot holds.
    let asked = isLocalAdmin ? nil : try source.roles()
    var outputs: [Output] = []
    var places: [String] = []
    for draft in try drafts(source, file) {
      if let roles = draft.roles, isLocalAdmin {
        throw InvalidOption(
          "\(roles.place): join method local-admin cannot give outputs roles of their own, as what "
            + "the admin identity issues holds all roles of the bot; run a second bot with a "
            + "--bot-name and --roles of its own")
      }
      let destination = draft.destination.with(access)
      let name = draft.name ?? Output.defaultName(draft.format, destination)
      if outputs.contains(where: { $0.name == name && $0.destination != destination }) {
        throw InvalidOption("\(draft.place): the name '\(name)' stands twice")
      }
      outputs.append(
        Output(
          name: name, format: draft.format, destination: destination,
          roles: draft.roles?.names ?? asked,
          certificateTTL: draft.certificateTTL?.value ?? certificateTTL,
          writesSSHConfig: draft.writesSSHConfig))
      places.append(draft.destinationPlace)
    }
    var occupied = OccupiedPlaces(workingDirectory: workingDirectory)
    if case .token(let onboarding) = joining, let storage = onboarding.storage {
      try occupied.claim(directory: storage, for: source.name("storage"))
    }
    for (output, place) in zip(outputs, places) {
      try occupied.claim(output.destination, for: place)
    }
    return outputs
  }

  /// The strongest source that names any outputs names all of them.
  private static func drafts(
    _ source: SettingSource, _ file: ConfigurationFile?
  ) throws(InvalidOption) -> [OutputDraft] {
    for origin in [SettingSource.Origin.commandLine, .environment] {
      var drafts: [OutputDraft] = []
      if source.origin("destination") == origin {
        let path = try source.value(
          "destination", default: "", SettingForm.directory, SettingForm.path)
        drafts.append(
          OutputDraft(
            place: source.name("destination"), format: .identity,
            destination: .directory(path: path, access: .owner)))
      }
      if source.origin("output") == origin {
        for item in try source.list("output") ?? [] {
          drafts.append(try OutputDraft(option: item, place: source.name("output")))
        }
      }
      if !drafts.isEmpty { return drafts }
    }
    if let drafts = file?.outputs, !drafts.isEmpty { return drafts }
    return [
      OutputDraft(
        place: "--destination", format: .identity,
        destination: .directory(path: defaultDestination, access: .owner))
    ]
  }

  /// What is to hold for all directories; nil where each has its own say.
  private static func directoryAccess(
    _ source: SettingSource
  ) throws(InvalidOption) -> FileAccessSetting? {
    let group =
      source.text("group") == nil
      ? nil : try source.value("group", default: "", SettingForm.group, SettingForm.group)
    let mode = try source.value(
      "mode", default: group == nil ? "" : "group", "owner or group"
    ) {
      ["", "owner", "group"].contains($0) && !($0.isEmpty && source.text("mode") != nil) ? $0 : nil
    }
    switch (mode, group) {
    case ("group", .some(let group)): return .group(group)
    case ("group", nil):
      throw InvalidOption(
        "\(source.name("mode")): name the group that may read, with --group NAME or its number")
    case ("owner", .some):
      throw InvalidOption("\(source.name("group")) has no meaning with mode owner")
    case ("owner", nil): return .owner
    default: return nil
    }
  }
}

extension Destination {
  fileprivate func with(_ access: FileAccessSetting?) -> Destination {
    guard let access, case .directory(let path, _) = self else { return self }
    return .directory(path: path, access: access)
  }
}
