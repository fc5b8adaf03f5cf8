/// A number and what was promised of it.
struct Measurement: Sendable {
  /// In the JSON file; ends with the unit.
  let key: String
  let title: String
  let value: Double
  /// The value has to stay below; nil where nothing is promised.
  var limit: Double?

  var isMet: Bool { limit.map { value < $0 } ?? true }

  static func table(_ measurements: [Measurement]) -> String {
    let width = measurements.map(\.title.count).max() ?? 0
    return measurements.map { measurement in
      let title = measurement.title.padding(to: width)
      let value = measurement.value.shown.padding(to: 10, left: true)
      let limit = measurement.limit.map { "  < \($0.shown)\(measurement.isMet ? "" : "  MISSED")" }
      return "  \(title)  \(value)\(limit ?? "")\n"
    }.joined()
  }
}

extension String {
  fileprivate func padding(to width: Int, left: Bool = false) -> String {
    let blanks = String(repeating: " ", count: max(0, width - count))
    return left ? blanks + self : self + blanks
  }
}

extension Double {
  /// One digit after the point, and none where there is nothing to show.
  fileprivate var shown: String {
    let tenths = (self * 10).rounded() / 10
    return tenths == tenths.rounded() ? "\(Int(tenths))" : "\(tenths)"
  }
}
