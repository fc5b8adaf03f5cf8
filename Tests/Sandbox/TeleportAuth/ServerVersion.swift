/// A Teleport version: `18.0.0`, `14.0.0-dev`.
public struct ServerVersion: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let major: Int
  public let minor: Int
  public let patch: Int
  /// What follows the first dash; empty for a release.
  public let prerelease: String

  public init(_ major: Int, _ minor: Int, _ patch: Int, prerelease: String = "") {
    self.major = major
    self.minor = minor
    self.patch = patch
    self.prerelease = prerelease
  }

  /// Reads a semantic version; nil where it is none. Build metadata after `+` is dropped.
  public init?(_ text: String) {
    let core = text.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)[0]
    let parts = core.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let numbers = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    guard numbers.count == 3, numbers.allSatisfy({ $0.allSatisfy(\.isNumber) }),
      let major = Int(numbers[0]), let minor = Int(numbers[1]), let patch = Int(numbers[2])
    else { return nil }
    self.init(major, minor, patch, prerelease: parts.count > 1 ? String(parts[1]) : "")
  }

  public var description: String {
    "\(major).\(minor).\(patch)" + (prerelease.isEmpty ? "" : "-\(prerelease)")
  }

  public static func < (one: Self, other: Self) -> Bool {
    let numbers = (one.major, one.minor, one.patch)
    let others = (other.major, other.minor, other.patch)
    if numbers != others { return numbers < others }
    // A pre-release comes before its release.
    if one.prerelease.isEmpty || other.prerelease.isEmpty {
      return !one.prerelease.isEmpty && other.prerelease.isEmpty
    }
    return one.prerelease < other.prerelease
  }
}
