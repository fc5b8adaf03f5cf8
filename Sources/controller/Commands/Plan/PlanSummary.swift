import ArgumentParser

/// What a plan comes to.
struct PlanSummary: Sendable {
  private var counts: [String: Int] = [:]
  private var hasChanges = false
  private var hasProblems = false

  mutating func add(_ resource: PlannedResource) {
    switch resource.standing {
    case .inSync: count("in sync")
    case .leftAlone: count("left alone")
    case .changes:
      hasChanges = true
      count(resource.action == .none ? "to get the finalizer" : "to \(resource.action.rawValue)")
    case .problem:
      hasProblems = true
      count(resource.reason)
    }
  }

  /// Something that could not be planned at all.
  mutating func addFailure() {
    hasProblems = true
    count("not planned")
  }

  private mutating func count(_ word: String) { counts[word, default: 0] += 1 }

  private static let known = [
    "to create", "to update", "to delete", "to leave", "to get the finalizer", "in sync",
    "left alone",
  ]

  /// "3 to create, 12 in sync, 1 Conflict"
  var text: String {
    let words =
      Self.known.filter { counts[$0] != nil }
      + counts.keys.sorted().filter {
        !Self.known.contains($0)
      }
    let parts = words.map { "\(counts[$0] ?? 0) \($0)" }
    return parts.isEmpty ? "nothing to plan" : parts.joined(separator: ", ")
  }

  /// 0: nothing to do; 2: something would change; 1: something needs a person, whatever else there is.
  var exitCode: ExitCode { ExitCode(hasProblems ? 1 : hasChanges ? 2 : 0) }
}
