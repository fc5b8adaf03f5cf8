import Documents
import Operations

/// Where the auth service's data directory is.
///
/// Source: teleport-wire.md A.1.
enum TeleportDataDirectory {
  static let fallback = "/var/lib/teleport"
  static let configurationFiles = ["/etc/teleport/teleport.yaml", "/etc/teleport.yaml"]

  /// As told, or as Teleport's own configuration file says.
  static func find(
    _ source: SettingSource, _ environment: [String: String], _ readFile: (String) -> String?
  ) throws(InvalidOption) -> String {
    if source.text("teleport-data-dir") != nil {
      return try source.value(
        "teleport-data-dir", default: fallback, SettingForm.directory, SettingForm.path)
    }
    let own = source.text("teleport-config")
    let teleports = environment["TELEPORT_CONFIG_FILE"].flatMap { $0.isEmpty ? nil : $0 }
    let named = own ?? teleports
    if let named, readFile(named) == nil {
      let option = own == nil ? "TELEPORT_CONFIG_FILE" : source.name("teleport-config")
      throw InvalidOption(
        "\(option): cannot read \(named); name the auth service's file, or set --teleport-data-dir")
    }
    let files = named.map { [$0] } ?? configurationFiles
    var found: (file: String, text: String)?
    for file in files where found == nil { found = readFile(file).map { (file, $0) } }
    guard let (file, text) = found else { return fallback }
    let document: JSONValue
    do { document = try JSONValue(yaml: text) } catch {
      throw InvalidOption("\(file): \(error)")
    }
    guard let directory = document[["teleport", "data_dir"]], !directory.isNull, directory != ""
    else { return fallback }
    guard let path = directory.string else {
      throw InvalidOption(
        "\(file): teleport.data_dir is \(directory.typeName); it has to be \(SettingForm.directory)"
      )
    }
    return path
  }
}
