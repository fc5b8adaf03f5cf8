import Documents

/// What one or more kubeconfig files say, merged. Nothing that they point to has been read.
public struct Kubeconfig: Hashable, Sendable {
  /// An entry with the file that it came from, against which its relative paths are resolved.
  struct Entry: Hashable, Sendable {
    var file: String
    var fields: JSONValue
  }

  var files: [String] = []
  var currentContext: String?
  var contexts: [String: Entry] = [:]
  var clusters: [String: Entry] = [:]
  var users: [String: Entry] = [:]

  /// The names of all contexts, sorted.
  public var contextNames: [String] { contexts.keys.sorted() }

  /// Reads one kubeconfig, YAML or JSON.
  ///
  /// - Parameter file: The name of the file, for errors and relative paths.
  public init(text: String, file: String) throws(ConfigurationError) {
    let document: JSONValue
    do {
      document = try JSONValue(yaml: text)
    } catch {
      throw ConfigurationError(
        .malformed, "\(file) is not a kubeconfig: \(error)",
        remedy: "give a file as `kubectl config view --raw` prints it")
    }
    guard document.object != nil else {
      throw ConfigurationError(
        .malformed, "\(file) is not a kubeconfig: it holds \(document.typeName)",
        remedy: "give a file as `kubectl config view --raw` prints it")
    }
    files = [file]
    currentContext = document["current-context"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    contexts = try Self.entries(document, list: "contexts", member: "context", file: file)
    clusters = try Self.entries(document, list: "clusters", member: "cluster", file: file)
    users = try Self.entries(document, list: "users", member: "user", file: file)
  }

  /// Adds what `other` says and this does not: the first file to name an entry wins, as with kubectl.
  public mutating func merge(_ other: Kubeconfig) {
    files += other.files
    currentContext = currentContext ?? other.currentContext
    contexts.merge(other.contexts) { first, _ in first }
    clusters.merge(other.clusters) { first, _ in first }
    users.merge(other.users) { first, _ in first }
  }

  private static func entries(
    _ document: JSONValue, list: String, member: String, file: String
  ) throws(ConfigurationError) -> [String: Entry] {
    guard let value = document[list], !value.isNull else { return [:] }
    guard let items = value.array else {
      throw ConfigurationError(
        .malformed, "\(file): `\(list)` is \(value.typeName)",
        remedy: "make it a list of entries with `name` and `\(member)`")
    }
    var entries: [String: Entry] = [:]
    for (index, item) in items.enumerated() {
      guard let name = item["name"]?.string else {
        throw ConfigurationError(
          .malformed, "\(file): `\(list)[\(index)].name` is missing or not a string",
          remedy: "name the entry")
      }
      let fields = item[member] ?? .null
      guard fields.isNull || fields.object != nil else {
        throw ConfigurationError(
          .malformed, "\(file): `\(member)` of \(list) entry \"\(name)\" is \(fields.typeName)",
          remedy: "make it an object")
      }
      if entries[name] == nil { entries[name] = Entry(file: file, fields: fields) }
    }
    return entries
  }
}
