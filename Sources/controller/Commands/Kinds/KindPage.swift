/// docs/kinds.md: a table of all kinds, and of each what it is made of and an example.
struct KindPage {
  let text: String

  /// - Parameter example: the manifest of a kind; nil for none.
  init(_ kinds: [KindSummary], _ example: (_ kind: String) throws -> String?) rethrows {
    var text = """
      # Kinds

      At the end of this page you know which kinds of resources there are, which Teleport each takes, and have a manifest of
      each to begin with. Made by `make generate` from the schema that encodes the resources; do not edit.

      * **Since**: the first major version of Teleport that has the kind. With an older one, its custom resources say
        `Ready=False`, reason `UnsupportedByServer`, and come back by themselves after the upgrade. Single fields and
        versions may be younger; they say so themselves.
      * **Changes** made in Teleport are seen by *events* within a second, or by *listing* once a minute where Teleport has
        no events of the kind.
      * **Licence**: what of Teleport Enterprise it takes. Without it: `UnsupportedByServer`.
      * **Rule**: the resource in the rule that the operator's role has for it (verbs list, create, read, update, delete).
        `tbot-lite` makes that role.
      * **Secrets**: fields that may be `secret://NAME/KEY`, and that are never printed.

      | Kind | Versions | Teleport | Since | Changes | Licence | Rule | Fields | Secrets |
      |---|---|---|---|---|---|---|---|---|

      """
    for kind in kinds { text += Self.row(kind) }
    text += Self.notThere
    for kind in kinds { text += Self.section(kind, try example(kind.kind)) }
    self.text = text
  }

  private static func row(_ kind: KindSummary) -> String {
    let cells = [
      "[\(kind.kind)](#\(kind.kind.lowercased()))", kind.versions.joined(separator: ", "),
      "`\(kind.teleportKind)`", "\(kind.since)", kind.hasEvents ? "events" : "listing",
      KindTable.licence(kind), "`\(kind.rule)`", "\(kind.fields)",
      kind.sensitiveFields.isEmpty ? "" : "\(kind.sensitiveFields.count)",
    ]
    return "| \(cells.joined(separator: " | ")) |\n"
  }

  private static func section(_ kind: KindSummary, _ example: String?) -> String {
    var lines = ["", "## \(kind.kind)", ""]
    let names = [kind.plural] + kind.shortNames
    lines.append("* `kubectl get \(names.joined(separator: "`, `"))`")
    if let only = kind.singletonName { lines.append("* There is one in a cluster: `\(only)`.") }
    for call in kind.calls {
      let methods = call.methods.map { "`\($0)`" }.joined(separator: ", else ")
      lines.append("* \(call.purpose): \(methods)")
    }
    if !kind.sensitiveFields.isEmpty {
      let paths = kind.sensitiveFields.map { "`\($0)`" }.joined(separator: ", ")
      lines.append("* secrets: \(paths)")
    }
    if let example { lines += ["", "```yaml", trimmed(example), "```"] }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func trimmed(_ text: String) -> String {
    String(text.reversed().drop(while: \.isNewline).reversed())
  }

  private static var notThere: String {
    if UnestablishedKind.all.isEmpty { return "" }
    let rows = UnestablishedKind.all.map {
      "| \($0.kinds.joined(separator: ", ")) | \($0.reason) |\n"
    }.joined()
    return """

      ## Kinds that are not here

      Of these kinds of the official operator, not enough is public to write what a server takes for certain.

      | Kinds | What is missing |
      |---|---|
      \(rows)
      """
  }
}
