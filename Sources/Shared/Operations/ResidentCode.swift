import FoundationEssentials
import Glibc

/// The pages of this process's own code that are mapped into memory.
public enum ResidentCode {
  /// Lets go of them. What is needed again is mapped again from the page cache, a fault at a time.
  ///
  /// For a process that does a lot once and then waits: nearly all of a statically linked program's code is mapped
  /// after its start, and next to nothing of it is used while it waits.
  ///
  /// - Guarantees: touches only mappings of files that can be executed and not written, which hold nothing that is not
  ///   in the file.
  public static func release() {
    guard let maps = try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8) else { return }
    for line in maps.utf8.split(separator: UInt8(ascii: "\n")) {
      guard let range = codeRange(Substring(line)) else { continue }
      madvise(
        UnsafeMutableRawPointer(bitPattern: range.lowerBound), Int(range.count), MADV_DONTNEED)
    }
  }

  /// The addresses of a line of /proc/self/maps; nil where it is not a file's code.
  ///
  /// Source: proc_pid_maps(5).
  static func codeRange(_ line: Substring) -> Range<UInt>? {
    let fields = line.split(separator: " ", omittingEmptySubsequences: true)
    guard fields.count >= 6, fields[1] == "r-xp", fields[5].utf8.first == UInt8(ascii: "/") else {
      return nil
    }
    let bounds = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
    guard bounds.count == 2, bounds[0] < bounds[1] else { return nil }
    return bounds[0]..<bounds[1]
  }
}
