extension JSONReader {
  /// A number; an integer where it is one that 64 bits hold, however it is written.
  mutating func number() throws(DocumentError) -> JSONValue {
    let start = position
    let isNegative = take(UInt8(ascii: "-"))
    let integer = try digits()
    if integer.count > 1, text[integer.lowerBound] == UInt8(ascii: "0") { throw malformed() }
    var fraction = position..<position
    var exponent = 0
    if take(UInt8(ascii: ".")) { fraction = try digits() }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) { exponent = try self.exponent() }
    hasMember = true
    if let whole = wholeNumber(isNegative, integer, fraction, exponent) { return .integer(whole) }
    guard let number = Double(String(decoding: text[start..<position], as: UTF8.self)),
      number.isFinite
    else { throw DocumentError(.malformed, "a number is too large (byte \(start + 1))") }
    return .number(number)
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard position < end, text[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func digits() throws(DocumentError) -> Range<Int> {
    let start = position
    while position < end, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[position]) {
      position += 1
    }
    guard position > start else { throw malformed() }
    return start..<position
  }

  private mutating func exponent() throws(DocumentError) -> Int {
    let isNegative = take(UInt8(ascii: "-"))
    if !isNegative { _ = take(UInt8(ascii: "+")) }
    var exponent = 0
    // Beyond this it is no matter how large.
    for digit in text[try digits()] where exponent < 1_000_000 {
      exponent = exponent * 10 + Int(digit & 0xF)
    }
    return isNegative ? -exponent : exponent
  }

  /// The number, computed without rounding; nil where it is not whole or too large.
  private func wholeNumber(
    _ isNegative: Bool, _ integer: Range<Int>, _ fraction: Range<Int>, _ exponent: Int
  ) -> Int64? {
    var value: Int64 = 0
    // What was read of the fraction makes the number ten times larger than it is, by the digit.
    var scale = exponent
    var zeros = 0
    func append(_ digit: Int64) -> Bool {
      let (tens, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, isTooLargeToo) = tens.addingReportingOverflow(isNegative ? -digit : digit)
      value = sum
      return !isTooLarge && !isTooLargeToo
    }
    for digit in text[integer] {
      guard append(Int64(digit & 0xF)) else { return nil }
    }
    for digit in text[fraction] {
      // Zeros at the end would be read in vain.
      zeros += 1
      guard digit != UInt8(ascii: "0") else { continue }
      for _ in 1..<zeros { guard append(0) else { return nil } }
      guard append(Int64(digit & 0xF)) else { return nil }
      scale -= zeros
      zeros = 0
    }
    if value == 0 { return 0 }
    while scale > 0 {
      guard append(0) else { return nil }
      scale -= 1
    }
    while scale < 0 {
      guard value % 10 == 0 else { return nil }
      value /= 10
      scale += 1
    }
    return value
  }
}
