import FoundationEssentials

/// An inspection as a table for people.
struct InspectionTable {
  let inspection: Inspection
  let hasColour: Bool

  var text: String {
    var sections: [[String]] = [head]
    if let holder = inspection.holder { sections.append(section("IDENTITY", rows(holder))) }
    if let certificate = inspection.certificate {
      sections.append(section("TLS CERTIFICATE", rows(certificate)))
    }
    if let ssh = inspection.ssh { sections.append(section("SSH CERTIFICATE", rows(ssh))) }
    if !inspection.authorities.isEmpty { sections.append(section("AUTHORITIES", authorities)) }
    if !inspection.files.isEmpty { sections.append(section("FILES", files)) }
    sections.append(problems)
    return sections.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }

  // MARK: - Sections

  private var head: [String] {
    let generation = inspection.generation.map { ", generation \($0)" } ?? ""
    return [Self.plain("\(inspection.path): \(inspection.kind.text)\(generation)")]
  }

  private func rows(_ holder: Inspection.Holder) -> [String] {
    table([
      ["user", holder.user], ["bot", holder.bot], ["bot instance", holder.instance],
      ["issued by", holder.impersonator], ["cluster", holder.cluster],
      ["roles", holder.roles.isEmpty ? "none" : holder.roles.joined(separator: ", ")],
    ])
  }

  private func rows(_ certificate: Inspection.TLSCertificate) -> [String] {
    let generation = certificate.generation.map { ", generation \($0)" } ?? ""
    return table([
      ["valid from", moment(certificate.notBefore)], ["valid to", moment(certificate.notAfter)],
      ["renewable", (certificate.isRenewable ? "yes" : "no") + generation],
      ["key", certificate.key], ["serial", certificate.serialNumber],
      ["SHA-256", certificate.fingerprint],
    ])
  }

  private func rows(_ ssh: Inspection.SSHCertificate) -> [String] {
    table([
      ["key id", ssh.keyID], ["principals", ssh.principals.joined(separator: ", ")],
      ["valid from", ssh.validAfter.map(moment) ?? "ever"],
      ["valid to", ssh.validBefore.map(moment) ?? "for ever"], ["key", ssh.key],
      ["signed by", ssh.authority],
    ])
  }

  private var authorities: [String] {
    table(
      [["KIND", "SUBJECT", "VALID TO", "SHA-256"]]
        + inspection.authorities.map { [$0.kind, $0.subject, moment($0.notAfter), $0.fingerprint] })
  }

  private var files: [String] {
    table(
      [["NAME", "MODE", "OWNER"]] + inspection.files.map { [$0.name, $0.octalMode, $0.owner] })
  }

  private var problems: [String] {
    if inspection.isHealthy { return [paint("No problems.", "32")] }
    return section(
      "PROBLEMS", inspection.problems.map { "  " + paint(Self.plain($0.message), "31") })
  }

  // MARK: - Form

  private func section(_ title: String, _ rows: [String]) -> [String] { [paint(title, "1")] + rows }

  /// Rows whose value is not known are left out.
  private func table(_ rows: [[String?]]) -> [String] {
    let known = rows.compactMap { row in
      row.contains { $0 == nil } ? nil : row.map { Self.plain($0 ?? "") }
    }
    let columns = known.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in known.map { $0[column].count }.max() ?? 0 }
    return known.map { row in
      let cells = row.enumerated().map { column, cell in
        column == columns - 1 ? cell : cell + Self.blanks(widths[column] - cell.count)
      }
      return "  " + cells.joined(separator: "  ")
    }
  }

  private static func blanks(_ count: Int) -> String { String(repeating: " ", count: count) }

  /// 2031-05-06T07:08:09Z (47m10s left)
  private func moment(_ date: Date) -> String {
    let distance = date.timeIntervalSince(inspection.time)
    let span = TimeSpan.text(abs(distance))
    return date.formatted(Date.ISO8601FormatStyle())
      + (distance > 0 ? " (in \(span))" : " (\(span) ago)")
  }

  private func paint(_ text: String, _ code: String) -> String {
    hasColour ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
  }

  /// Names in certificates are somebody else's text: nothing in them may act on a terminal.
  private static func plain(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator:
        result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
