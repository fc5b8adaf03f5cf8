import Operations

/// A value of the configuration file, with where it stands.
struct FileValue: Hashable, Sendable {
  let text: String
  /// What to call it in a message: "tbot.yaml line 3: certificate_ttl".
  let place: String
}

/// Where the values of settings come from, strongest first: command line, environment, configuration file.
struct SettingSource: Sendable {
  enum Origin: Sendable { case commandLine, environment, file }

  private let given: [String: String]
  private let options: OptionSource
  private let file: [String: FileValue]

  /// - Parameter file: what the configuration file says, by the option's name.
  init(_ given: [String: String?], environment: [String: String], file: [String: FileValue]) {
    self.given = given.compactMapValues { $0 }
    options = OptionSource(prefix: "TBOT_LITE", given: given, environment: environment)
    self.file = file
  }

  /// Which source has the word; nil where none says anything.
  func origin(_ option: String) -> Origin? {
    if given[option] != nil { return .commandLine }
    if options.text(option) != nil { return .environment }
    return file[option] == nil ? nil : .file
  }

  func text(_ option: String) -> String? { options.text(option) ?? file[option]?.text }

  /// What to call the setting in a message: as the person gave it.
  func name(_ option: String) -> String {
    origin(option) == .file ? file[option]?.place ?? option : options.name(option)
  }

  /// The value of a setting that has a form; see `OptionSource.value`.
  func value<Value>(
    _ option: String, default fallback: String, _ form: String, _ parse: (String) -> Value?
  ) throws(InvalidOption) -> Value {
    let text = text(option) ?? fallback
    guard let value = parse(text) else {
      throw InvalidOption("\(name(option)): '\(text)' is not \(form)")
    }
    return value
  }

  /// The items of a setting that may have several, separated by commas; nil where nobody says anything.
  func list(_ option: String) throws(InvalidOption) -> [String]? {
    guard let text = text(option) else { return nil }
    let items = ListText.items(text)
    for (index, item) in items.enumerated() {
      if item.isEmpty {
        throw InvalidOption("\(name(option)): '\(text)' is not a list separated by commas")
      }
      if items[..<index].contains(where: { $0 == item }) {
        throw InvalidOption("\(name(option)): '\(item)' stands twice")
      }
    }
    return items
  }
}

/// Lists on the command line and in variables.
enum ListText {
  static func join(_ items: [String]) -> String? {
    items.isEmpty ? nil : items.joined(separator: ",")
  }

  static func items(_ text: String) -> [String] {
    text.split(separator: ",", omittingEmptySubsequences: false).map {
      String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
  }
}
