import FoundationEssentials
import Glibc

/// What a volume has not made to last yet, and how to take it back.
struct VolatileState {
  /// A directory on the same volume, for what was removed.
  let scratch: String
  private var changes: [Change] = []
  /// Descriptors of files that were written and not synced, by inode.
  private var unsynced: [UInt64: Int32] = [:]
  private var stashed = 0

  private struct Change {
    /// The directory whose names changed.
    let directory: String
    let undo: Undo
  }

  private enum Undo {
    case remove(String)
    case restore(String, from: String)
    case makeDirectory(String)
  }

  init(scratch: String) { self.scratch = scratch }

  /// A descriptor's path.
  static func path(_ descriptor: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/fd/\(descriptor)", &buffer, buffer.count)
    return String(
      decoding: buffer[..<max(0, count)].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  private static func inode(_ descriptor: Int32) -> UInt64 {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? UInt64(status.st_ino) : 0
  }

  // MARK: What happens

  mutating func made(_ path: String) {
    changes.append(Change(directory: Self.parent(path), undo: .remove(path)))
  }

  /// Before it is removed, or something takes its place.
  mutating func willRemove(_ path: String) {
    stashed += 1
    let stash = "\(scratch)/stash-\(stashed)"
    // Another name for the same file; a directory has none.
    guard link(path, stash) == 0 else { return }
    changes.append(Change(directory: Self.parent(path), undo: .restore(path, from: stash)))
  }

  mutating func removedDirectory(_ path: String) {
    changes.append(Change(directory: Self.parent(path), undo: .makeDirectory(path)))
  }

  mutating func wrote(_ descriptor: Int32) {
    let inode = Self.inode(descriptor)
    if unsynced[inode] == nil { unsynced[inode] = dup(descriptor) }
  }

  mutating func synced(_ descriptor: Int32) {
    if let kept = unsynced.removeValue(forKey: Self.inode(descriptor)) { close(kept) }
    let path = Self.path(descriptor)
    changes.removeAll { $0.directory == path }
  }

  // MARK: What is lost

  mutating func losePower(keepingNames: Bool) {
    for descriptor in unsynced.values { ftruncate(descriptor, 0) }
    if !keepingNames { for change in changes.reversed() { Self.undo(change.undo) } }
    release()
  }

  mutating func release() {
    for descriptor in unsynced.values { close(descriptor) }
    unsynced = [:]
    changes = []
  }

  private static func undo(_ undo: Undo) {
    switch undo {
    case .remove(let path):
      // Not FileManager first: that follows links.
      if unlink(path) != 0 { try? FileManager.default.removeItem(atPath: path) }
    case .restore(let path, let stash): Glibc.rename(stash, path)
    case .makeDirectory(let path): mkdir(path, 0o700)
    }
  }

  private static func parent(_ path: String) -> String {
    let parts = path.split(separator: "/").dropLast()
    return "/" + parts.joined(separator: "/")
  }
}
