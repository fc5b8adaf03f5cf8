/// Durations as Teleport writes them: Go's form (`1h30m0.25s`) with `d`, `mo` (30 days) and `y` (365 days) added.
///
/// Source: Go's `time.ParseDuration` and Teleport's api/types/duration.go.
public enum DurationText {
  private static let units: [String: Int64] = [
    "ns": 1, "us": 1000, "µs": 1000, "μs": 1000, "ms": 1_000_000, "s": 1_000_000_000,
    "m": 60_000_000_000, "h": 3_600_000_000_000, "d": 86_400_000_000_000,
    "mo": 2_592_000_000_000_000, "y": 31_536_000_000_000_000,
  ]

  /// Nanoseconds; nil for a text that is no duration, or does not fit (292 years).
  public static func parse(_ text: String) -> Int64? {
    if text == "never" { return 0 }
    let isNegative = text.utf8.first == UInt8(ascii: "-")
    let isSigned = isNegative || text.utf8.first == UInt8(ascii: "+")
    return magnitude(Substring(text.utf8.dropFirst(isSigned ? 1 : 0))).map { isNegative ? -$0 : $0 }
  }

  private static func magnitude(_ text: Substring) -> Int64? {
    if text == "0" { return 0 }
    var rest = text
    var total: Int64 = 0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix(while: \.isASCIIDigit)
      rest = rest.dropFirst(digits.count)
      var fraction = Substring()
      if rest.first == "." {
        rest = rest.dropFirst()
        fraction = rest.prefix(while: \.isASCIIDigit)
        rest = rest.dropFirst(fraction.count)
      }
      let name = rest.prefix { !$0.isASCIIDigit && $0 != "." }
      rest = rest.dropFirst(name.count)
      guard !(digits.isEmpty && fraction.isEmpty), let unit = units[String(name)],
        let whole = digits.isEmpty ? 0 : Int64(digits)
      else { return nil }
      let (product, overflow) = whole.multipliedReportingOverflow(by: unit)
      let (sum, overflowed) = total.addingReportingOverflow(product)
      let (next, tooLarge) = sum.addingReportingOverflow(part(fraction, of: unit))
      if overflow || overflowed || tooLarge { return nil }
      total = next
    }
    return total
  }

  /// As Go prints it: `30h0m0s`, `1h30m0.25s`, `2ms`.
  public static func format(_ nanoseconds: Int64) -> String {
    if nanoseconds == 0 { return "0s" }
    let sign = nanoseconds < 0 ? "-" : ""
    let magnitude = nanoseconds.magnitude
    for (name, unit) in [("ns", UInt64(1)), ("µs", 1000), ("ms", 1_000_000)]
    where magnitude < unit * 1000 && magnitude < 1_000_000_000 {
      return sign + decimal(magnitude, unit: unit) + name
    }
    let second: UInt64 = 1_000_000_000
    let minutes = magnitude / (60 * second)
    let seconds = decimal(magnitude % (60 * second), unit: second) + "s"
    if minutes == 0 { return sign + seconds }
    if minutes < 60 { return "\(sign)\(minutes)m\(seconds)" }
    return "\(sign)\(minutes / 60)h\(minutes % 60)m\(seconds)"
  }

  private static func part(_ fraction: Substring, of unit: Int64) -> Int64 {
    var scale = unit
    var sum: Int64 = 0
    for digit in fraction {
      let value = Int64(digit.wholeNumberValue ?? 0)
      // Below a nanosecond there is nothing left to add.
      if scale < 10 { break }
      sum += value * (scale / 10) + value * (scale % 10) / 10
      scale /= 10
    }
    return sum
  }

  private static func decimal(_ value: UInt64, unit: UInt64) -> String {
    let whole = value / unit
    let rest = value % unit
    if rest == 0 { return "\(whole)" }
    let width = "\(unit)".count - 1
    let digits = String(repeating: "0", count: width - "\(rest)".count) + "\(rest)"
    let trimmed = digits.reversed().drop { $0 == "0" }.reversed()
    return "\(whole)." + String(trimmed)
  }
}

extension Character {
  var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
