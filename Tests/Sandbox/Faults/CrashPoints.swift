import FoundationEssentials

/// Which of the points where a process can stop are tried.
///
/// Each costs some whole lives of a bot. `make test` takes every nth, spread evenly; `make soak` all.
enum CrashPoints {
  static let areAll = ProcessInfo.processInfo.environment["CRASH_POINTS"] == "all"

  static func selected(_ count: Int, every step: Int) -> [Int] {
    Array(stride(from: 0, to: count, by: areAll ? 1 : step))
  }

  static func selected(_ majors: [Int], besides others: [Int]) -> [Int] {
    areAll ? majors + others : majors
  }
}
