/// A number and what was promised of it.
struct Measurement: Sendable {
  /// In the JSON file; ends with the unit.
  let key: String
  let title: String
  let value: Double
  /// The value has to stay below; nil where nothing is promised.
  var limit: Double?
  /// What the same work takes without the program under test.
  var raw: Double?
  /// What is behind a number that is not as it should be.
  var note = ""

  var isMet: Bool { limit.map { value < $0 } ?? true }

  static func table(_ measurements: [Measurement]) -> String {
    let width = 56
    return measurements.map { measurement in
      let title = measurement.title.padding(to: width)
      let value = measurement.value.shown.padding(to: 9, left: true)
      let limit = measurement.limit.map { "< \($0.shown)" } ?? ""
      let ratio = measurement.raw.map { "\((measurement.value / $0).shown) × raw" } ?? ""
      let line =
        "  \(title)  \(value)  \(limit.padding(to: 7))  \(ratio.padding(to: 10))"
        + (measurement.isMet ? "" : "  MISSED  \(measurement.note)")
      return line.trimmingSuffix(while: \.isWhitespace) + "\n"
    }.joined()
  }
}

extension Substring {
  fileprivate static func + (text: Substring, more: String) -> String { String(text) + more }
}

extension String {
  fileprivate func padding(to width: Int, left: Bool = false) -> String {
    let blanks = String(repeating: " ", count: max(0, width - count))
    return left ? blanks + self : self + blanks
  }

  fileprivate func trimmingSuffix(while isDropped: (Character) -> Bool) -> Substring {
    var text = self[...]
    while let last = text.last, isDropped(last) { text.removeLast() }
    return text
  }
}

extension Double {
  /// One digit after the point, two below ten, and none where there is nothing to show.
  fileprivate var shown: String {
    guard isFinite else { return "\(self)" }
    let scale: Double = abs(self) < 10 ? 100 : 10
    let rounded = (self * scale).rounded() / scale
    return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
  }
}
