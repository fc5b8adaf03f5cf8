import Documents
import FoundationEssentials
import Glibc
import TeleportSchema

/// A manifest as it stands in a file, or what keeps the file from being read.
struct Manifest: Sendable {
  let file: String
  let line: Int
  let document: JSONValue

  /// Whether it is a resource of this operator's group.
  var isOurs: Bool {
    let version = document["apiVersion"]?.string ?? ""
    return version.hasPrefix(CustomResourceSchema.group + "/")
  }
}

/// Finds manifests in files, directories and standard input.
enum ManifestSource {
  struct Failure: Error, CustomStringConvertible {
    let file: String
    let description: String
  }

  static let extensions = ["yaml", "yml", "json"]

  /// Files that a path stands for: itself, or the manifests below it in order of their names.
  static func files(_ path: String) throws(Failure) -> [String] {
    var isDirectory = false
    guard path == "-" || FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
    else { throw Failure(file: path, description: "there is no such file or directory") }
    guard isDirectory else { return [path] }
    guard let found = try? FileManager.default.subpathsOfDirectory(atPath: path) else {
      throw Failure(file: path, description: "cannot be read")
    }
    return found.filter { name in
      extensions.contains { name.hasSuffix("." + $0) }
    }.sorted().map { "\(path)/\($0)" }
  }

  /// All manifests of a file, those inside Lists too.
  static func manifests(_ file: String) throws(Failure) -> [Manifest] {
    guard let data = file == "-" ? standardInput() : FileManager.default.contents(atPath: file)
    else { throw Failure(file: file, description: "cannot be read") }
    let name = file == "-" ? "<stdin>" : file
    do {
      return try YAMLDocument.all(in: String(decoding: data, as: UTF8.self)).flatMap { document in
        items(document.value).map { Manifest(file: name, line: document.line, document: $0) }
      }
    } catch {
      throw Failure(file: name, description: error.description)
    }
  }

  /// The members of a List, or of a list of one kind as the API returns it.
  private static func items(_ document: JSONValue) -> [JSONValue] {
    guard document["kind"]?.string?.hasSuffix("List") == true, let items = document["items"]?.array
    else {
      return [document]
    }
    return items
  }

  private static func standardInput() -> Data? {
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = read(0, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { return Data(content) }
      content += buffer[..<count]
    }
  }
}
