import Glibc

/// Which of the points where a process can stop are tried.
///
/// Each costs some whole lives of a process. `make test` takes some of them, always the same; `make soak` all.
public enum CrashPoints {
  public static let areAll = getenv("CRASH_POINTS").map { String(cString: $0) } == "all"

  /// Every nth, spread evenly.
  public static func selected(_ count: Int, every step: Int) -> [Int] {
    Array(stride(from: 0, to: count, by: areAll ? 1 : step))
  }

  public static func selected(_ majors: [Int], besides others: [Int]) -> [Int] {
    areAll ? majors + others : majors
  }

  /// So many of them, chosen by a seed, in their order.
  public static func sampled<Point>(_ points: [Point], _ count: Int, seed: UInt64) -> [Point] {
    if areAll { return points }
    var generator = SeededGenerator(seed: seed)
    return points.indices.shuffled(using: &generator).prefix(count).sorted().map { points[$0] }
  }
}
