import Documents
import FoundationEssentials

/// The directory that a Teleport auth server leaves behind, as far as other programs on its host read it.
struct DataDirectory: Sendable {
  let path: String
  let storage: ProcessStorage

  init(path: String, major: Int) {
    self.path = path
    storage = ProcessStorage(path: path + "/proc/sqlite.db", major: major)
  }

  /// Creates the directory where it is missing, with the access rights that Teleport gives.
  func create(hostID: String) throws {
    let files = FileManager.default
    try files.createDirectory(atPath: path, withIntermediateDirectories: true)
    try files.createDirectory(
      atPath: path + "/proc", withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    let hostIDPath = path + "/host_uuid"
    if files.fileExists(atPath: hostIDPath) { try files.removeItem(atPath: hostIDPath) }
    try Data("\(hostID)\n".utf8).write(to: URL(filePath: hostIDPath))
    try files.setAttributes([.posixPermissions: 0o400], ofItemAtPath: hostIDPath)
    try storage.create()
    try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: storage.path)
  }

  /// The host's ID of an earlier start in this directory.
  var existingHostID: String? {
    guard let data = FileManager.default.contents(atPath: path + "/host_uuid") else { return nil }
    let text = String(decoding: data, as: UTF8.self)
    return text.split(whereSeparator: \.isWhitespace).first.map(String.init)
  }
}
