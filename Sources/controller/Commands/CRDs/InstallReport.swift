import Documents

/// What `crds install` prints of each definition.
struct InstallReport {
  let isDryRun: Bool
  let isVerbose: Bool
  var hasColour = Output.hasColour

  func text(_ update: DefinitionUpdate) -> String {
    let verb =
      switch update.action {
      case .create: Output.coloured("created", .green, hasColour)
      case .update: Output.coloured("updated", .yellow, hasColour)
      case .none: "unchanged"
      }
    var line = "\(verb) \(update.name)"
    if isDryRun, update.action != .none { line += " (dry run)" }
    if update.action == .update, !isVerbose {
      line += ": " + Self.few(update.changes)
    }
    if !update.kept.isEmpty {
      line += "; stays looser than this build's in \(update.kept.count) places"
    }
    guard isVerbose else { return line }
    let details = update.changes.map { "  + \($0)" } + update.kept.map { "  = \($0)" }
    return ([line] + (update.action == .create ? [] : details)).joined(separator: "\n")
  }

  func json(_ update: DefinitionUpdate) -> JSONValue {
    [
      "name": .string(update.name), "action": .string(update.action.rawValue),
      "dryRun": .bool(isDryRun), "changes": .array(update.changes.map { .string($0) }),
      "kept": .array(update.kept.map { .string($0) }),
    ]
  }

  func json(failureOf name: String, _ reason: String) -> JSONValue {
    [
      "name": .string(name), "action": "failed", "dryRun": .bool(isDryRun),
      "error": .string(reason),
    ]
  }

  private static func few(_ changes: [String]) -> String {
    let shown = changes.prefix(3).joined(separator: ", ")
    return changes.count > 3 ? "\(shown) and \(changes.count - 3) more" : shown
  }
}
