extension MetricsRegistry {
  /// All metrics in the Prometheus text exposition format, version 0.0.4, ordered by name and labels.
  ///
  /// Source: prometheus.io/docs/instrumenting/exposition_formats
  public func prometheusText() -> String {
    let snapshot = values.withLock { $0 }
    let byName = Dictionary(grouping: snapshot, by: \.key.name)
    var text = ""
    for (name, metrics) in byName.sorted(by: { $0.key < $1.key }) {
      if let help = help[name] { text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n" }
      text += "# TYPE \(name) \(metrics[0].value.typeName)\n"
      let ordered = metrics.map { (labels: Self.pairs($0.key), value: $0.value) }
        .sorted { $0.labels.joined() < $1.labels.joined() }
      for metric in ordered { text += Self.lines(name, metric.labels, metric.value) }
    }
    return text
  }

  private static func lines(_ name: String, _ labels: [String], _ value: Value) -> String {
    switch value {
    case .counter(let count): return "\(name)\(braces(labels)) \(count)\n"
    case .gauge(let number): return "\(name)\(braces(labels)) \(plain(number))\n"
    case .histogram(let histogram):
      var text = ""
      var total = 0
      for (bound, count) in zip(Histogram.bounds, histogram.buckets) {
        total += count
        text += "\(name)_bucket\(braces(labels + ["le=\"\(plain(bound))\""])) \(total)\n"
      }
      text += "\(name)_bucket\(braces(labels + ["le=\"+Inf\""])) \(histogram.count)\n"
      text += "\(name)_sum\(braces(labels)) \(plain(histogram.sum))\n"
      text += "\(name)_count\(braces(labels)) \(histogram.count)\n"
      return text
    }
  }

  private static func pairs(_ key: Key) -> [String] {
    key.labels.map { pair in
      "\(pair.name)=\"\(escaped(pair.value))\""
    }
  }

  /// Scalars and not characters: a line break of two is one `Character`.
  private static func escaped(_ value: String, quotes: Bool = true) -> String {
    value.unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar {
      case "\\": text += "\\\\"
      case "\"" where quotes: text += "\\\""
      case "\n": text += "\\n"
      default: text.unicodeScalars.append(scalar)
      }
    }
  }

  private static func braces(_ labels: [String]) -> String {
    labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}"
  }

  /// Whole numbers without a fraction, as people write them.
  private static func plain(_ number: Double) -> String {
    if let whole = Int64(exactly: number) { return "\(whole)" }
    return "\(number)"
  }
}

extension MetricsRegistry.Value {
  fileprivate var typeName: String {
    switch self {
    case .counter: "counter"
    case .gauge: "gauge"
    case .histogram: "histogram"
    }
  }
}
