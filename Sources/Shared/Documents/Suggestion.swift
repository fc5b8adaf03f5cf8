/// "Did you mean": the nearest of the known names.
public enum Suggestion {
  /// `; did you mean NAME?`, or nothing where no name is near.
  public static func text(_ name: String, _ known: [String]) -> String {
    let near = known.map { (name: $0, distance: distance(name, $0)) }
    guard let nearest = near.min(by: { $0.distance < $1.distance }),
      nearest.distance <= max(1, name.count / 3)
    else { return "" }
    return "; did you mean \(nearest.name)?"
  }

  /// Letters to add, remove, replace or swap with their neighbours; case aside.
  private static func distance(_ left: String, _ right: String) -> Int {
    let left = Array(left.lowercased())
    let right = Array(right.lowercased())
    var rows = [Array(0...right.count)]
    for i in left.indices {
      var row = [i + 1]
      for j in right.indices {
        let replaced = rows[i][j] + (left[i] == right[j] ? 0 : 1)
        var best = min(replaced, rows[i][j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
          best = min(best, rows[i - 1][j - 1] + 1)
        }
        row.append(best)
      }
      rows.append(row)
    }
    return rows[left.count][right.count]
  }
}
