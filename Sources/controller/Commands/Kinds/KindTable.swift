/// The kinds as a table for people.
enum KindTable {
  static func text(_ kinds: [KindSummary]) -> String {
    let header = ["KIND", "VERSIONS", "TELEPORT", "SINCE", "CHANGES", "LICENCE"]
    let rows = kinds.map { kind in
      [
        kind.kind, kind.versions.joined(separator: ","), kind.teleportKind, "\(kind.since)",
        kind.hasEvents ? "events" : "listing", licence(kind),
      ]
    }
    let widths = header.indices.map { column in
      ([header] + rows).map { $0[column].count }.max() ?? 0
    }
    return ([header] + rows).map { row in
      let cells = zip(row, widths).map { cell, width in
        cell + String(repeating: " ", count: width - cell.count)
      }
      return String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed()) + "\n"
    }.joined()
  }

  static func licence(_ kind: KindSummary) -> String {
    kind.entitlements.isEmpty ? "any" : kind.entitlements.joined(separator: " or ")
  }
}
