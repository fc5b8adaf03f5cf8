import FoundationEssentials

/// Times as Kubernetes writes them, in UTC.
public enum Timestamp {
  /// RFC 3339 with whole seconds, as `metav1.Time`: `2026-01-31T14:00:00Z`.
  public static func seconds(_ date: Date) -> String {
    text(wholeSeconds: Int64(date.timeIntervalSince1970.rounded(.down))) + "Z"
  }

  /// RFC 3339 with six decimals, as `metav1.MicroTime`: `2026-01-31T14:00:00.000000Z`.
  public static func microseconds(_ date: Date) -> String {
    let total = Int64((date.timeIntervalSince1970 * 1_000_000).rounded())
    let (seconds, rest) = total.quotientAndRemainder(dividingBy: 1_000_000)
    let (whole, fraction) = rest < 0 ? (seconds - 1, rest + 1_000_000) : (seconds, rest)
    let digits = String(fraction)
    let padding = String(repeating: "0", count: 6 - digits.utf8.count)
    return "\(text(wholeSeconds: whole)).\(padding)\(digits)Z"
  }

  /// `2026-01-31T14:00:00`.
  private static func text(wholeSeconds: Int64) -> String {
    var text = Date(timeIntervalSince1970: Double(wholeSeconds)).formatted(.iso8601)
    if text.hasSuffix("Z") { text.removeLast() }
    return text
  }
}
