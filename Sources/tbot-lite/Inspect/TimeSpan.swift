/// Spans of time as people say them.
enum TimeSpan {
  /// The two largest units: `6d23h`, `1h12m`, `47m10s`, `9s`.
  static func text(_ seconds: Double) -> String {
    let seconds = Int(min(max(0, seconds), 1e12))
    let units = [(86400, "d"), (3600, "h"), (60, "m"), (1, "s")]
    guard let first = units.firstIndex(where: { seconds >= $0.0 }) else { return "0s" }
    let (size, name) = units[first]
    let rest = seconds % size
    guard first + 1 < units.count else { return "\(seconds)s" }
    let (smaller, smallerName) = units[first + 1]
    return "\(seconds / size)\(name)"
      + (rest / smaller > 0 ? "\(rest / smaller)\(smallerName)" : "")
  }
}
