import Glibc
import Operations

/// Publishes generations of credentials into a directory, each as a whole.
///
/// The files of a generation stand in a directory of their own, `..<name>`; `..data` points to the current one and
/// every file name points through `..data`, as kubelet does for Secret volumes. The switch is one rename.
///
/// - Guarantees: a reader that opens `..data` once sees one whole generation; a crash or a loss of power at any point
///   leaves the old generation or the new one, and what `publish` has returned from, stays; modes are exact under any
///   umask; the previous generation stays until the next publication, for readers that are just in it; of two
///   publishers at a time one is told `.inUse`. Names that are symbolic links are replaced, never followed.
/// - Assumptions: the directory supports rename and symbolic links, and its parent is not open to others.
public struct DirectoryPublisher: Sendable {
  static let current = "..data"

  public let path: String
  public let access: FileAccess
  let fileSystem: any FileSystem

  /// - Parameters:
  ///   - access: who may read the files.
  ///   - fileSystem: the kernel's, unless a test wants to see it fail.
  public init(
    path: String, access: FileAccess = .owner, fileSystem: any FileSystem = SystemCalls()
  ) {
    // With a slash at its end, a link would be followed.
    let trimmed = path.reversed().drop { $0 == "/" }.reversed()
    self.path = trimmed.isEmpty ? path : String(trimmed)
    self.access = access
    self.fileSystem = fileSystem
  }

  /// Writes a new generation and switches to it. Names that lead to files which the new generation lacks are removed.
  /// Blocks.
  ///
  /// - Parameter name: of the generation; unique, made of letters, digits, `.`, `_` and `-`.
  /// - Throws: before the switch, and then nothing has changed for readers; or where the switch cannot be synced or a
  ///   name is taken by a directory, and then the new generation is the current one.
  public func publish(
    _ files: [PublishedFile: Secret<String>], generation name: String
  ) throws(CredentialsError) {
    guard Self.isPlain(name), !name.hasPrefix("."), name != "data", !name.hasSuffix("_tmp") else {
      throw CredentialsError(.malformed, "no directory of a generation can be named ..\(name)")
    }
    let root = try openRoot()
    let generation = "..\(name)"
    let previous = try root.target(of: Self.current)
    try write(files, to: generation, in: root)
    do throws(CredentialsError) {
      try root.link(Self.current, to: generation)
    } catch {
      root.discard(OpenDirectory.pending(Self.current))
      // Some volumes report a failure of what they have done. Where that cannot be told, it stays.
      let isSwitched = (try? root.isLink(Self.current, to: generation)) ?? true
      if !isSwitched { root.discard(generation) }
      throw error
    }
    // From here on the new generation is the current one, whatever fails.
    try root.sync()
    // After the switch, so that a file that stands there is not lost before it.
    if try link(files, in: root) { try root.sync() }
    discardGenerations(except: [generation, previous ?? generation], in: root)
  }

  private func write(
    _ files: [PublishedFile: Secret<String>], to generation: String,
    in root: borrowing OpenDirectory
  ) throws(CredentialsError) {
    try root.makeDirectory(generation)
    do throws(CredentialsError) {
      let directory = try root.directory(generation)
      try directory.apply(access.directoryMode, access, to: directory.descriptor)
      for file in PublishedFile.allCases {
        guard let content = files[file] else { continue }
        try directory.create(file.rawValue, Array(content.reveal().utf8), access: access)
      }
      try directory.sync()
    } catch {
      root.discard(generation)
      throw error
    }
  }

  /// The names that people and tools open. They lead through `..data` and never change.
  ///
  /// - Returns: whether any name was made or removed.
  private func link(
    _ files: [PublishedFile: Secret<String>], in root: borrowing OpenDirectory
  ) throws(CredentialsError) -> Bool {
    var hasChanged = false
    // In a fixed order, so that tests can count on it.
    let published = PublishedFile.allCases.filter { files[$0] != nil }.map(\.rawValue)
    for name in published {
      let target = "\(Self.current)/\(name)"
      if try root.isLink(name, to: target) { continue }
      try root.link(name, to: target)
      hasChanged = true
    }
    // What an earlier configuration published leads nowhere now.
    for name in try root.names() where !published.contains(name) {
      guard try root.isLink(name, to: "\(Self.current)/\(name)") else { continue }
      try root.remove(name)
      hasChanged = true
    }
    return hasChanged
  }
}
