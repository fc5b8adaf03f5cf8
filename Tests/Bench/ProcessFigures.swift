import Foundation

/// What the kernel tells of a process.
struct ProcessFigures: Sendable {
  /// In MiB.
  let residentMemory: Double
  /// The part of it that no file backs, in MiB: heap and stacks, without code.
  let anonymousMemory: Double
  /// The largest it was so far, in MiB.
  let peakMemory: Double
  let threads: Int
  /// User and system time since its start, in seconds.
  let processorTime: Double

  /// - Throws: when there is no such process.
  init(pid: Int32) throws {
    let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
    func number(_ name: String) -> Double {
      let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") } ?? ""
      return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) }
        ?? 0
    }
    residentMemory = number("VmRSS") / 1024
    anonymousMemory = number("RssAnon") / 1024
    peakMemory = number("VmHWM") / 1024
    threads = Int(number("Threads"))
    let stat = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
    // The name before the parenthesis may contain anything.
    let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
    let ticks = fields.dropFirst(12).prefix(2).compactMap { Double($0) }.reduce(0, +)
    processorTime = ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
  }
}
