import Documents
import TeleportSchema

extension PlannedResource {
  /// A headline, then a line for each field; nothing where there is nothing to say.
  func text(hasColour: Bool) -> String? {
    switch standing {
    case .inSync, .leftAlone: return nil
    case .problem, .changes: break
    }
    func coloured(_ text: String, _ colour: Output.Colour) -> String {
      Output.coloured(text, colour, hasColour)
    }
    let (word, colour) = headline
    // The headline says it already.
    let isPlain = standing == .changes && (action == .delete || reason == Reason.inSync.rawValue)
    let explanation = message.isEmpty || isPlain ? "" : ": \(message)"
    var lines = ["\(coloured(title, .bold)): \(coloured(word, colour))\(explanation)"]
    for line in fieldLines {
      lines.append(coloured("  \(line.sign.rawValue) ", line.sign.colour) + line.text)
    }
    return lines.joined(separator: "\n")
  }

  private var headline: (String, Output.Colour) {
    if standing == .problem { return (reason, .red) }
    switch action {
    case .none: return ("add the finalizer", .yellow)
    case .create: return ("create", .green)
    case .update: return ("update", .yellow)
    case .delete: return ("delete", .red)
    case .leave: return ("leave", .yellow)
    }
  }

  // MARK: - Fields

  private enum Sign: String {
    case added = "+"
    case removed = "-"
    case changed = "~"

    init(_ field: FieldDifference) {
      self = field.before == nil ? .added : field.after == nil ? .removed : .changed
    }

    var colour: Output.Colour {
      switch self {
      case .added: .green
      case .removed: .red
      case .changed: .yellow
      }
    }
  }

  private var fieldLines: [(sign: Sign, text: String)] {
    var lines: [(sign: Sign, text: String)] = []
    var ownership: [FieldDifference] = []
    for field in fields {
      // The headline names them.
      if ["kind", "metadata.name"].contains(field.path) { continue }
      if field.isOfOwnership {
        ownership.append(field)
        continue
      }
      lines.append((Sign(field), "\(field.path): \(Self.values(field))"))
    }
    if let first = ownership.first {
      let signs = Set(ownership.map(Sign.init))
      // Four labels that say one thing.
      lines.append(
        (signs.count == 1 ? Sign(first) : .changed, "owner: \(kind) \(namespace)/\(name)"))
    }
    return lines
  }

  private static func values(_ field: FieldDifference) -> String {
    [field.before, field.after].compactMap { $0?.jsonText }.joined(separator: " -> ")
  }
}
