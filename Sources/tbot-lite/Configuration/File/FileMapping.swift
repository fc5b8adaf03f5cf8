import Documents
import Operations

/// The keys that a mapping of the configuration file may have.
struct KnownKeys {
  let offered: [String]
  /// tbot's keys that are not offered here, with the way out.
  let refused: [String: String]

  init(_ offered: [String], refused: [String: String] = [:]) {
    self.offered = offered
    self.refused = refused
  }
}

/// A mapping of the configuration file whose keys are all known. Complaints name file, line and key.
struct FileMapping {
  private let file: String
  private let path: String
  private let members: [String: YAMLNode.Member]

  /// - Parameter path: of the mapping, as in `onboarding`; empty for the whole file.
  init(
    _ node: YAMLNode, file: String, path: String, place: String, keys: KnownKeys
  ) throws(InvalidOption) {
    guard case .mapping(let members) = node.content else {
      throw InvalidOption("\(place) is \(node.typeName); it has to be a mapping of keys to values")
    }
    self.file = file
    self.path = path
    self.members = Dictionary(members.map { ($0.key, $0) }) { first, _ in first }
    for member in members where !keys.offered.contains(member.key) {
      if let wayOut = keys.refused[member.key] {
        throw InvalidOption(
          "\(self.place(member.key)): tbot has this, tbot-lite does not: \(wayOut)")
      }
      let nearest = Suggestion.text(member.key, keys.offered + keys.refused.keys.sorted())
      throw InvalidOption(
        "\(self.place(member.key)): unknown key\(nearest)"
          + (nearest.isEmpty
            ? "; known here: \(keys.offered.sorted().joined(separator: ", "))" : ""))
    }
  }

  /// "tbot.yaml line 3: onboarding.token".
  func place(_ key: String) -> String {
    let line = members[key].map { " line \($0.line)" } ?? ""
    return "\(file)\(line): " + (path.isEmpty ? key : "\(path).\(key)")
  }

  func has(_ key: String) -> Bool { node(key) != nil }

  /// A key without a value counts as left out, as in tbot.
  func node(_ key: String) -> YAMLNode? {
    members[key].flatMap { $0.node.isNull ? nil : $0.node }
  }

  func wrongType(_ key: String, _ node: YAMLNode, _ form: String) -> InvalidOption {
    InvalidOption("\(place(key)) is \(node.typeName); it has to be \(form)")
  }

  /// A text, as it stands: tokens and names may look like numbers.
  func text(_ key: String, _ form: String) throws(InvalidOption) -> FileValue? {
    guard let node = node(key) else { return nil }
    switch node.content {
    case .scalar(.string, let text), .scalar(.integer, let text), .scalar(.number, let text):
      return FileValue(text: text, place: place(key))
    default: throw wrongType(key, node, form)
    }
  }

  func flag(_ key: String) throws(InvalidOption) -> Bool? {
    guard let node = node(key) else { return nil }
    guard case .scalar(.bool(let value), _) = node.content else {
      throw wrongType(key, node, "true or false")
    }
    return value
  }

  /// - Parameter form: of each item.
  func list(_ key: String, _ form: String) throws(InvalidOption) -> [String]? {
    guard let node = node(key) else { return nil }
    guard case .sequence(let items) = node.content else {
      throw wrongType(key, node, "a list, each item \(form)")
    }
    var texts: [String] = []
    for (index, item) in items.enumerated() {
      guard case .scalar(let value, let text) = item.content, value.isText else {
        throw InvalidOption(
          "\(file) line \(item.line): \(path.isEmpty ? "" : path + ".")\(key)[\(index)] is "
            + "\(item.typeName); it has to be \(form)")
      }
      texts.append(text)
    }
    return texts
  }

  /// A mapping inside this one.
  func mapping(_ key: String, _ keys: KnownKeys) throws(InvalidOption) -> FileMapping? {
    guard let node = node(key) else { return nil }
    return try FileMapping(
      node, file: file, path: path.isEmpty ? key : "\(path).\(key)", place: place(key), keys: keys)
  }

  /// The items of a list with the name of each, as in `outputs[0]`.
  func items(_ key: String) throws(InvalidOption) -> [(node: YAMLNode, path: String)]? {
    guard let node = node(key) else { return nil }
    guard case .sequence(let items) = node.content else { throw wrongType(key, node, "a list") }
    return items.enumerated().map { ($1, (path.isEmpty ? key : "\(path).\(key)") + "[\($0)]") }
  }
}

extension JSONValue {
  /// Whether a scalar can stand for a text: what looks like a number is one only to YAML.
  fileprivate var isText: Bool {
    switch self {
    case .string, .integer, .number: true
    default: false
    }
  }
}
