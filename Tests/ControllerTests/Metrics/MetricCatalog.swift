import Operations

@testable import controller

/// Holds expressions against the metrics that there are.
struct MetricCatalog {
  private let descriptions = Dictionary(
    uniqueKeysWithValues: ControllerMetrics.all.map { ($0.name, $0) })

  /// What a scrape adds to every sample.
  private static let target: Set<String> = ["job", "instance", "namespace", "pod"]
  /// Labels whose values are known, and the values.
  private static let values: [String: Set<String>] = [
    "lane": Set(Lane.allCases.map(\.label)), "side": ["kubernetes", "teleport"],
    "ready": ["True", "False", "Unknown"],
    "result": ["done", "retry", "look_again", "error"],
    "reason": Set(Reason.allCases.map(\.rawValue) + ["NotLookedAt", "None"]),
  ]

  /// What is wrong with an expression; empty where it can be answered.
  func problems(in text: String) -> [String] {
    let expression: MetricExpression
    do { expression = try MetricExpression(text) } catch { return ["\(text): \(error)"] }
    var problems: [String] = []
    var known = Self.target
    for selector in expression.selectors {
      guard let labels = labels(of: selector.metric) else {
        problems.append("there is no metric \(selector.metric)")
        continue
      }
      known.formUnion(labels)
      for (label, value) in selector.matchers {
        if !labels.union(Self.target).contains(label) {
          problems.append("\(selector.metric) has no label \(label)")
        }
        guard let values = Self.values[label] else { continue }
        for part in value.split(separator: "|") where !values.contains(String(part)) {
          problems.append("\(label) is never \(part)")
        }
      }
    }
    if expression.selectors.isEmpty { problems.append("it asks for no metric") }
    for label in expression.groupings.subtracting(known).sorted() {
      problems.append("none of its metrics has a label \(label)")
    }
    return problems.map { "\(text): \($0)" }
  }

  /// The metrics that an expression asks for.
  func metrics(in text: String) -> Set<String> {
    let names = (try? MetricExpression(text))?.selectors.map(\.metric) ?? []
    return Set(names.map { descriptions[$0]?.name ?? family(of: $0)?.name ?? $0 })
  }

  private func labels(of metric: String) -> Set<String>? {
    if let description = descriptions[metric] {
      // A histogram has no sample of its own name.
      return description.form == .histogram ? nil : Set(description.labels)
    }
    guard let family = family(of: metric) else { return nil }
    return Set(family.labels).union(metric.hasSuffix("_bucket") ? ["le"] : [])
  }

  private func family(of metric: String) -> MetricDescription? {
    for suffix in ["_bucket", "_sum", "_count"] where metric.hasSuffix(suffix) {
      guard let family = descriptions[String(metric.dropLast(suffix.count))] else { continue }
      return family.form == .histogram ? family : nil
    }
    return nil
  }
}
