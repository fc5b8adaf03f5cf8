import Operations

extension JoinSettings {
  static let methods = ["local-admin", "token", "kubernetes"]

  init(
    _ source: SettingSource, _ file: ConfigurationFile?, _ environment: [String: String],
    _ readFile: (String) -> String?, notes: inout [String]
  ) throws(InvalidOption) {
    let method = try source.value(
      "join-method", default: "local-admin", "local-admin, token or kubernetes"
    ) { Self.methods.contains($0) ? $0 : nil }
    switch method {
    case "token":
      try Self.refuse(Self.ofLocalAdmin, method, source)
      self = .token(
        Onboarding(
          token: try Self.token(source, literalsAreSecret: true), trust: try FirstContact(source),
          storage: try Self.storage(source, file), jwtPath: nil))
    case "kubernetes":
      try Self.refuse(Self.ofLocalAdmin, method, source)
      if source.text("storage") != nil {
        notes.append("\(source.name("storage")): not used, as each renewal joins anew")
      }
      let jwtPath = environment["KUBERNETES_TOKEN_PATH"].flatMap { $0.isEmpty ? nil : $0 }
      self = .kubernetes(
        Onboarding(
          token: try Self.token(source, literalsAreSecret: false), trust: try FirstContact(source),
          storage: nil, jwtPath: jwtPath ?? Self.serviceAccountToken))
    default:
      try Self.refuse(["token", "ca-pin", "ca-path"], method, source)
      if source.text("storage") != nil {
        notes.append(
          "\(source.name("storage")): not used, as join method local-admin keeps no identity")
      }
      self = .localAdmin(try LocalAdmin(source, environment, readFile))
    }
  }

  /// Where Kubernetes mounts a pod's service account token.
  static let serviceAccountToken = "/var/run/secrets/kubernetes.io/serviceaccount/token"

  private static let ofLocalAdmin = [
    "teleport-config", "teleport-data-dir", "bot-name", "role-name",
  ]

  /// What belongs to another join method shows that this one is not meant.
  private static func refuse(
    _ options: [String], _ method: String, _ source: SettingSource
  ) throws(InvalidOption) {
    for option in options where source.text(option) != nil {
      let isSet = source.origin("join-method") != nil
      let meant =
        method == "local-admin"
        ? "has no meaning with join method local-admin\(isSet ? "" : ", which is the default"); "
          + "set --join-method token or kubernetes, or leave it out"
        : "has no meaning with join method \(method): the token says which bot joins, and the "
          + "cluster what roles it has; leave it out"
      throw InvalidOption("\(source.name(option)) \(meant)")
    }
  }

  private static func token(
    _ source: SettingSource, literalsAreSecret: Bool
  ) throws(InvalidOption) -> TokenSource {
    // What comes from a file or a shell often ends with a newline.
    let text = source.text("token").map {
      String($0.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
    guard let text, !text.isEmpty else {
      throw InvalidOption(
        literalsAreSecret
          ? "--token: name a file that holds the join token, as in --token /run/secrets/token, or "
            + "set TBOT_LITE_TOKEN; `tctl bots add NAME` makes one"
          : "--token: name the join token that lets the service account in, as in "
            + "--token my-bot; `tctl tokens ls` lists them")
    }
    if ["/", "./", "../"].contains(where: { text.hasPrefix($0) }) {
      return .file(text)
    }
    if literalsAreSecret, source.origin("token") == .commandLine {
      throw InvalidOption(
        "--token: everybody on this machine can read the arguments of a process, so the join token "
          + "may not stand there; put it into a file and name that (/PATH or ./PATH), or set "
          + "TBOT_LITE_TOKEN")
    }
    return .value(Secret(text))
  }

  private static func storage(
    _ source: SettingSource, _ file: ConfigurationFile?
  ) throws(InvalidOption) -> String {
    if source.text("storage") == nil, let memory = file?.memoryStorage {
      throw InvalidOption(
        "\(memory): an identity that is kept in memory only is lost at a restart, and the join "
          + "token is used up by then; use type: directory")
    }
    guard source.text("storage") != nil else {
      throw InvalidOption(
        "--storage: name a directory that only this bot uses and that outlives it; join method "
          + "token keeps the bot's renewable identity there")
    }
    return try source.value(
      "storage", default: "", SettingForm.directory, SettingForm.path)
  }
}

extension JoinSettings.LocalAdmin {
  init(
    _ source: SettingSource, _ environment: [String: String], _ readFile: (String) -> String?
  ) throws(InvalidOption) {
    dataDirectory = try TeleportDataDirectory.find(source, environment, readFile)
    botName = try source.value(
      "bot-name", default: "teleport-operator", SettingForm.name, SettingForm.name)
    guard let existing = try source.roles() else {
      roles = .operatorRole(
        named: try source.value(
          "role-name", default: OperatorRole.defaultName, SettingForm.name, SettingForm.name))
      return
    }
    if source.text("role-name") != nil {
      throw InvalidOption(
        "\(source.name("role-name")) and \(source.name("roles")): give one; the first names the "
          + "role that tbot-lite keeps, the second roles that are there already")
    }
    roles = .existing(existing)
  }
}

extension FirstContact {
  /// Without one of them anybody on the way could pass for the cluster and take the token.
  init(_ source: SettingSource) throws(InvalidOption) {
    let pins = try source.list("ca-pin") ?? []
    if source.text("ca-path") != nil {
      guard pins.isEmpty else {
        throw InvalidOption(
          "\(source.name("ca-path")) and \(source.name("ca-pin")): give one of them")
      }
      self = .file(
        try source.value("ca-path", default: "", "the path of a file", SettingForm.path))
      return
    }
    var checked: [String] = []
    for text in pins {
      guard let pin = SettingForm.pin(text) else {
        throw InvalidOption("\(source.name("ca-pin")): '\(text)' is not \(SettingForm.pin)")
      }
      checked.append(pin)
    }
    guard !pins.isEmpty else {
      throw InvalidOption(
        "--ca-pin: joining needs a pin of the cluster's CA, or somebody on the way could pass for "
          + "the cluster; `tctl status` prints it as \"CA pin\" (or give --ca-path)")
    }
    self = .pins(checked)
  }
}

extension SettingSource {
  /// The roles that the bot holds, or asks for.
  func roles() throws(InvalidOption) -> [String]? {
    guard let roles = try list("roles") else { return nil }
    for role in roles where SettingForm.role(role) == nil {
      throw InvalidOption("\(name("roles")): '\(role)' is not \(SettingForm.role)")
    }
    return roles
  }
}
