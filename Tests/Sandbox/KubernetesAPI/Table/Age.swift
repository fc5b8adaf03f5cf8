import FoundationEssentials

/// Time spans as kubectl shows them.
enum Age {
  /// The time since an RFC 3339 instant, in one or two units; `<unknown>` where it cannot be read.
  static func text(since instant: String?, now: Date) -> String {
    guard let instant, let date = date(instant) else { return "<unknown>" }
    return text(seconds: Int(now.timeIntervalSince(date)))
  }

  static func date(_ instant: String) -> Date? {
    // Fractions are for machines; a column needs whole seconds.
    let whole = instant.replacing(#/\.\d+/#, with: "")
    return try? Date(whole, strategy: .iso8601)
  }

  static func text(seconds: Int) -> String {
    if seconds < -1 { return "<invalid>" }
    if seconds < 0 { return "0s" }
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86400)
    if seconds < 120 { return "\(seconds)s" }
    if minutes < 10 { return joined(minutes, "m", seconds % 60, "s") }
    if minutes < 180 { return "\(minutes)m" }
    if hours < 8 { return joined(hours, "h", minutes % 60, "m") }
    if hours < 48 { return "\(hours)h" }
    if days < 8 { return joined(days, "d", hours % 24, "h") }
    if days < 730 { return "\(days)d" }
    return joined(days / 365, "y", days % 365, "d")
  }

  private static func joined(_ big: Int, _ unit: String, _ small: Int, _ subunit: String) -> String
  {
    small == 0 ? "\(big)\(unit)" : "\(big)\(unit)\(small)\(subunit)"
  }
}
