/// `google.protobuf.Timestamp` as RFC 3339 text with up to nine fractional digits.
enum TimestampText {
  struct Value: Equatable {
    var seconds: Int64
    var nanoseconds: Int32
    /// Go's zero time, which Teleport sends for "not set".
    static let goZeroSeconds: Int64 = -62_135_596_800
    var isUnset: Bool { seconds == Self.goZeroSeconds && nanoseconds == 0 }
  }

  /// nil for a text that is no RFC 3339 time.
  static func parse(_ text: String) -> Value? {
    var scanner = Scanner(text: Substring(text))
    guard let year = scanner.digits(4), scanner.skip("-"), let month = scanner.digits(2),
      scanner.skip("-"), let day = scanner.digits(2), scanner.skip("T"),
      let hour = scanner.digits(2), scanner.skip(":"), let minute = scanner.digits(2),
      scanner.skip(":"), let second = scanner.digits(2), (1...12).contains(month),
      (1...daysIn(month, of: year)).contains(day), hour < 24, minute < 60, second < 60,
      let nanoseconds = scanner.fraction(), let offset = scanner.offset(), scanner.text.isEmpty
    else { return nil }
    let seconds = days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset
    return Value(seconds: seconds, nanoseconds: Int32(nanoseconds))
  }

  static func format(_ value: Value) -> String {
    let (day, second) = value.seconds.quotientAndRemainder(dividingByFloored: 86400)
    let (year, month, date) = civil(day)
    var text =
      pad(year, 4) + "-" + pad(month, 2) + "-" + pad(date, 2) + "T" + pad(second / 3600, 2) + ":"
      + pad(second / 60 % 60, 2) + ":" + pad(second % 60, 2)
    if value.nanoseconds != 0 {
      let digits = pad(Int64(value.nanoseconds), 9)
      text += "." + String(digits.reversed().drop { $0 == "0" }.reversed())
    }
    return text + "Z"
  }

  private static func pad(_ value: Int64, _ width: Int) -> String {
    let digits = "\(value)"
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  private static func daysIn(_ month: Int64, of year: Int64) -> Int64 {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][Int(month) - 1]
  }

  // Days since 1970-01-01 and back, in the proleptic Gregorian calendar with years that begin in March
  // (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let (era, yearOfEra) = shifted.quotientAndRemainder(dividingByFloored: 400)
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  private static func civil(_ day: Int64) -> (Int64, Int64, Int64) {
    let (era, dayOfEra) = (day + 719_468).quotientAndRemainder(dividingByFloored: 146_097)
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1
    )
  }
}

private struct Scanner {
  var text: Substring

  mutating func digits(_ count: Int) -> Int64? {
    let digits = text.prefix(count)
    guard digits.count == count, digits.allSatisfy(\.isASCIIDigit) else { return nil }
    text = text.dropFirst(count)
    return Int64(digits)
  }

  mutating func skip(_ character: Character) -> Bool {
    guard text.first == character else { return false }
    text = text.dropFirst()
    return true
  }

  mutating func fraction() -> Int64? {
    guard skip(".") else { return 0 }
    let digits = text.prefix(while: \.isASCIIDigit)
    guard !digits.isEmpty else { return nil }
    text = text.dropFirst(digits.count)
    let nine = digits.prefix(9)
    return Int64(nine + String(repeating: "0", count: 9 - nine.count))
  }

  /// Seconds east of UTC.
  mutating func offset() -> Int64? {
    if skip("Z") { return 0 }
    let sign: Int64
    if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
    guard let hours = digits(2), skip(":"), let minutes = digits(2), hours < 24, minutes < 60
    else { return nil }
    return sign * (hours * 3600 + minutes * 60)
  }
}

extension Int64 {
  fileprivate func quotientAndRemainder(dividingByFloored divisor: Int64) -> (Int64, Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
