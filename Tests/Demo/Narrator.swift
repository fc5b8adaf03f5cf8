import Foundation

/// Tells what happens, a line for each step, with how long it took.
final class Narrator: Sendable {
  private let start = ContinuousClock.now
  private let hasColour = isatty(1) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil

  func title(_ text: String) { write("\n" + paint(text, "1")) }

  func note(_ text: String) { write("  " + paint(text, "2")) }

  /// Shows a text as it is, indented.
  func show(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for line in lines where !(line.isEmpty && line == lines.last) {
      write("      " + paint(String(line), "36"))
    }
  }

  /// Runs a step and says that it happened, or throws what went wrong.
  @discardableResult
  func step<Value>(_ text: String, _ body: () async throws -> Value) async throws -> Value {
    let start = ContinuousClock.now
    do {
      let value = try await body()
      write("  \(paint("✓", "32")) \(seconds(since: start))  \(text)")
      return value
    } catch {
      write("  \(paint("✗", "31")) \(seconds(since: start))  \(text)")
      throw error
    }
  }

  func failed(_ error: any Error) { write("\n\(paint("The demo failed:", "31")) \(error)") }

  func leftBehind(_ what: String, _ error: any Error) {
    write("  \(paint("!", "31")) could not remove \(what): \(error)")
  }

  func finished() { write("\nDone in\(seconds(since: start)). Every step happened.") }

  private func seconds(since start: ContinuousClock.Instant) -> String {
    let elapsed = start.duration(to: .now)
    let value = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    let digits = "\((value * 100).rounded() / 100)"
    let padded = digits.split(separator: ".").last?.count == 1 ? digits + "0" : digits
    return String(repeating: " ", count: max(1, 7 - padded.count)) + padded + " s"
  }

  private func paint(_ text: String, _ code: String) -> String {
    hasColour ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  private func write(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }
}
