import Operations

/// Sees to it that nothing is written where something else is written: two outputs in one directory would remove each
/// other's files.
///
/// Compares paths by their text; symbolic links are the publisher's to find.
struct OccupiedPlaces {
  private struct Claim {
    let path: [Substring]
    let text: String
    let place: String
  }

  private let workingDirectory: String
  private var directories: [Claim] = []
  private var secrets: [String: String] = [:]

  init(workingDirectory: String) { self.workingDirectory = workingDirectory }

  mutating func claim(_ destination: Destination, for place: String) throws(InvalidOption) {
    switch destination {
    case .directory(let path, _): try claim(directory: path, for: place)
    case .kubernetesSecret(let namespace, let name):
      let secret = (namespace.map { $0 + "/" } ?? "") + name
      if let other = secrets.updateValue(place, forKey: secret) {
        throw InvalidOption(
          "\(place): the Secret \(secret) is a destination already (\(other)); every output needs "
            + "one of its own")
      }
    }
  }

  mutating func claim(directory: String, for place: String) throws(InvalidOption) {
    let path = components(directory)
    for other in directories {
      let relation: String
      if path == other.path {
        relation = "is"
      } else if path.starts(with: other.path) {
        relation = "lies inside"
      } else if other.path.starts(with: path) {
        relation = "holds"
      } else {
        continue
      }
      throw InvalidOption(
        "\(place): \(directory) \(relation) \(other.text), which is taken already (\(other.place)); "
          + "every output and the storage need a directory of their own, side by side")
    }
    directories.append(Claim(path: path, text: directory, place: place))
  }

  private func components(_ path: String) -> [Substring] {
    var components: [Substring] = []
    let absolute = path.hasPrefix("/") ? path : workingDirectory + "/" + path
    for part in absolute.split(separator: "/") where part != "." {
      if part == ".." { _ = components.popLast() } else { components.append(part) }
    }
    return components
  }
}
