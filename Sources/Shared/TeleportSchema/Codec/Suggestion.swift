/// "Did you mean": the nearest of the known names.
enum Suggestion {
  static func text(_ name: String, _ known: [String]) -> String {
    let nearest = known.min { distance(name, $0) < distance(name, $1) }
    guard let nearest, distance(name, nearest) <= max(1, name.count / 3) else { return "" }
    return "; did you mean \(nearest)?"
  }

  /// Levenshtein distance, case aside.
  private static func distance(_ left: String, _ right: String) -> Int {
    let right = Array(right.lowercased())
    var row = Array(0...right.count)
    for (i, character) in left.lowercased().enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for j in right.indices {
        let substitution = diagonal + (character == right[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substitution, row[j] + 1, diagonal + 1)
      }
    }
    return row[right.count]
  }
}
