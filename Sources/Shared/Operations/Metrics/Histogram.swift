/// Counts of samples by size, in seconds.
struct Histogram {
  /// From a local call to a slow API server.
  static let bounds: [Double] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
  ]

  private(set) var buckets = Array(repeating: 0, count: bounds.count)
  private(set) var count = 0
  private(set) var sum = 0.0

  mutating func observe(_ sample: Double) {
    if let index = Self.bounds.firstIndex(where: { sample <= $0 }) { buckets[index] += 1 }
    count += 1
    sum += sample
  }
}
