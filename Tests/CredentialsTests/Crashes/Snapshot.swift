import FoundationEssentials
import Glibc

/// What stands in a published directory.
struct Snapshot: Equatable {
  /// By name, at the top of the directory; nil for what leads nowhere, or is a directory.
  let top: [String: String?]
  /// The files behind `..data`; nil where that leads nowhere.
  let current: [String: String]?
  /// Where `..data` leads.
  let target: String?
  /// Of everything but links, by path.
  let modes: [String: mode_t]

  init(_ path: String) throws {
    var top: [String: String?] = [:]
    var modes: [String: mode_t] = ["": mode(path)]
    for name in try names(path) {
      top[name] = try? String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
      if top[name] == nil { top.updateValue(nil, forKey: name) }
      if Self.link("\(path)/\(name)") == nil { modes[name] = mode("\(path)/\(name)") }
      if name.hasPrefix(".."), name != "..data" {
        for file in (try? names("\(path)/\(name)")) ?? [] {
          modes["\(name)/\(file)"] = mode("\(path)/\(name)/\(file)")
        }
      }
    }
    self.top = top
    self.modes = modes
    target = Self.link("\(path)/..data")
    current = Self.files("\(path)/..data")
  }

  var generations: [String] {
    top.keys.filter { $0.hasPrefix("..") && $0 != "..data" }.sorted()
  }

  private static func link(_ path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &buffer, buffer.count)
    guard count >= 0 else { return nil }
    return String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  private static func files(_ path: String) -> [String: String]? {
    guard let names = try? names(path) else { return nil }
    var files: [String: String] = [:]
    for name in names {
      files[name] = try? String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
    }
    return files
  }
}
