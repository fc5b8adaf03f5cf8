/// Durations as Protobuf's own JSON writes them: seconds with up to nine fractional digits, and an `s`.
///
/// Source: google/protobuf/duration.proto.
enum SecondsText {
  struct Value: Equatable {
    var seconds: Int64
    /// Of the same sign as the seconds.
    var nanoseconds: Int32
  }

  /// Ten thousand years, which is as far as the format goes.
  static let largestSeconds: Int64 = 315_576_000_000

  /// nil for a text that is no duration of this form.
  static func parse(_ text: String) -> Value? {
    var rest = Substring(text)
    guard rest.popLast() == "s" else { return nil }
    let isNegative = rest.first == "-"
    if isNegative || rest.first == "+" { rest = rest.dropFirst() }
    let digits = rest.prefix(while: \.isASCIIDigit)
    rest = rest.dropFirst(digits.count)
    var fraction = Substring()
    if rest.first == "." {
      fraction = rest.dropFirst()
      rest = ""
    }
    guard rest.isEmpty, !(digits.isEmpty && fraction.isEmpty), fraction.count <= 9,
      fraction.allSatisfy(\.isASCIIDigit), let seconds = digits.isEmpty ? 0 : Int64(digits),
      seconds <= largestSeconds,
      let nanoseconds = Int32(
        fraction + String(repeating: "0", count: 9 - fraction.count))
    else { return nil }
    return Value(
      seconds: isNegative ? -seconds : seconds,
      nanoseconds: isNegative ? -nanoseconds : nanoseconds)
  }

  /// With as many groups of three fractional digits as it takes.
  static func format(_ value: Value) -> String {
    let sign = value.seconds < 0 || value.nanoseconds < 0 ? "-" : ""
    var text = "\(sign)\(value.seconds.magnitude)"
    if value.nanoseconds != 0 {
      let digits = "\(value.nanoseconds.magnitude)"
      var fraction = String(repeating: "0", count: max(0, 9 - digits.count)) + digits
      while fraction.hasSuffix("000") { fraction.removeLast(3) }
      text += "." + fraction
    }
    return text + "s"
  }
}
