import Credentials
import FoundationEssentials
import Operations

extension Observation {
  private static let current = "..data"
  /// Larger than any identity file with all its CAs.
  private static let largestFile = 1 << 20

  /// Looks at a directory or an identity file. Blocks.
  static func look(at path: String) -> Observation {
    let manager = FileManager.default
    var isDirectory = false
    guard manager.fileExists(atPath: path, isDirectory: &isDirectory) else {
      return Observation(path, failure: "\(path) is not there, or may not be looked at")
    }
    return isDirectory ? directory(path) : file(path)
  }

  private init(
    _ path: String, generation: String? = nil, files: [Inspection.File] = [],
    texts: [PublishedFile: Secret<String>] = [:], isIdentityFile: Bool = false, failure: String?
  ) {
    self.path = path
    self.generation = generation
    self.files = files
    self.texts = texts
    self.isIdentityFile = isIdentityFile
    self.failure = failure
  }

  private static func directory(_ path: String) -> Observation {
    let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(path)/\(current)")
    let location = link.map { "\(path)/\($0)" } ?? path
    var texts: [PublishedFile: Secret<String>] = [:]
    var failure: String?
    do { texts = try PublishedDirectory(path: path).texts() } catch { failure = "\(error)" }
    let names = PublishedFile.allCases.filter { texts[$0] != nil }.map(\.rawValue)
    let files =
      [facts(of: path, name: ".")] + names.map { facts(of: "\(location)/\($0)", name: $0) }
    return Observation(
      path, generation: link, files: files.compactMap { $0 }, texts: texts, failure: failure)
  }

  private static func file(_ path: String) -> Observation {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let files = [facts(of: path, name: name)].compactMap { $0 }
    guard let data = FileManager.default.contents(atPath: path) else {
      return Observation(path, files: files, isIdentityFile: true, failure: "cannot read \(path)")
    }
    guard data.count <= largestFile else {
      return Observation(
        path, files: files, isIdentityFile: true, failure: "\(path) is larger than any identity")
    }
    let text = Secret(String(decoding: data, as: UTF8.self))
    return Observation(
      path, files: files, texts: [.identity: text], isIdentityFile: true, failure: nil)
  }

  private static func facts(of path: String, name: String) -> Inspection.File? {
    // The target's, where the directory itself is a link; its files are none.
    let resolved = name == "." ? path + "/." : path
    guard let found = try? FileManager.default.attributesOfItem(atPath: resolved) else {
      return nil
    }
    func text(_ name: FileAttributeKey, _ number: FileAttributeKey) -> String {
      if let name = found[name] as? String, !name.isEmpty { return name }
      return (found[number] as? UInt).map { "\($0)" } ?? "\(found[number] ?? "?")"
    }
    let mode = (found[.posixPermissions] as? UInt) ?? UInt(found[.posixPermissions] as? Int ?? 0)
    return Inspection.File(
      name: name, mode: UInt32(mode),
      owner: text(.ownerAccountName, .ownerAccountID) + ":"
        + text(.groupOwnerAccountName, .groupOwnerAccountID))
  }
}
