import Documents
import Foundation
import Operations
import Testing

@testable import controller

/// What is published about the metrics speaks of those that there are.
@Suite struct PublishedMetricsTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../..").standardized
  private let catalog = MetricCatalog()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  private func rules() throws -> [JSONValue] {
    let document = try JSONValue(yaml: Self.text("deploy/prometheus-rules.yaml"))
    let groups = try #require(document[["spec", "groups"]]?.array)
    return groups.flatMap { $0["rules"]?.array ?? [] }
  }

  /// All members of that name, wherever they are.
  private func texts(_ name: String, in value: JSONValue) -> [String] {
    if let members = value.object {
      return members.sorted { $0.key < $1.key }.flatMap { key, value in
        (key == name ? value.string.map { [$0] } ?? [] : []) + texts(name, in: value)
      }
    }
    return (value.array ?? []).flatMap { texts(name, in: $0) }
  }

  private func dashboard() throws -> JSONValue {
    try JSONValue(json: Array(Self.text("deploy/grafana-dashboard.json").utf8))
  }

  @Test func alertsAskForMetricsThatThereAre() throws {
    let expressions = try rules().map { $0["expr"]?.string ?? "" }
    #expect(expressions.count >= 9)
    #expect(expressions.flatMap(catalog.problems) == [])
  }

  @Test func everyAlertSaysWhatItMeansAndWhereToRead() throws {
    let headings = try Self.text("docs/metrics.md").split(separator: "\n")
      .filter { $0.hasPrefix("### ") }.map { $0.dropFirst(4).lowercased() }
    for rule in try rules() {
      let name = try #require(rule["alert"]?.string)
      for annotation in ["summary", "description"] {
        #expect(rule[["annotations", annotation]]?.string?.isEmpty == false, "\(name)")
      }
      let link = try #require(rule[["annotations", "runbook_url"]]?.string)
      #expect(link == "docs/metrics.md#\(name.lowercased())")
      #expect(headings.contains(name.lowercased()), "docs/metrics.md has no section \(name)")
    }
    #expect(try Set(headings) == Set(rules().compactMap { $0["alert"]?.string?.lowercased() }))
  }

  @Test func theDashboardAsksForMetricsThatThereAre() throws {
    let dashboard = try dashboard()
    let queries = dashboard[["templating", "list"]]?.array?
      .compactMap { $0["query"]?.string }.filter { $0.contains("(") }
    let expressions = texts("expr", in: dashboard) + (queries ?? [])
    #expect(expressions.count > 20)
    #expect(expressions.flatMap(catalog.problems) == [])
  }

  @Test func theDashboardShowsEveryMetric() throws {
    let shown = try texts("expr", in: dashboard()).flatMap { catalog.metrics(in: $0) }
    #expect(Set(shown) == Set(ControllerMetrics.all.map(\.name)))
  }

  @Test func thePageListsEveryMetricWithItsFormAndLabels() throws {
    let rows = try Self.text("docs/metrics.md").split(separator: "\n")
      .filter { $0.hasPrefix("| `teleport_operator_") }
      .map { $0.split(separator: "|").prefix(3).map { $0.trimmingCharacters(in: .whitespaces) } }
    let wanted = ControllerMetrics.all.map { metric in
      [
        "`\(metric.name)`", metric.form.rawValue,
        metric.labels.map { "`\($0)`" }.joined(separator: ", "),
      ]
    }
    #expect(rows == wanted)
  }

  @Test func namesFollowPrometheus() {
    for metric in ControllerMetrics.all {
      #expect(metric.name.wholeMatch(of: /teleport_operator_[a-z0-9]+(_[a-z0-9]+)*/) != nil)
      #expect(metric.name.hasSuffix("_total") == (metric.form == .counter))
      #expect(metric.form != .histogram || metric.name.hasSuffix("_seconds"))
      #expect(metric.help.hasSuffix("."))
      #expect(!metric.labels.contains("le"))
    }
    #expect(Set(ControllerMetrics.all.map(\.name)).count == ControllerMetrics.all.count)
  }

  /// The judge is judged: each of these would be found.
  @Test(arguments: [
    "sum(teleport_operator_leaders)",
    "sum by (node) (teleport_operator_leader)",
    "teleport_operator_queue_depth{land=\"fresh\"}",
    "teleport_operator_queue_depth{lane=\"slow\"}",
    "rate(teleport_operator_reconciles_total_count[5m])",
    "rate(teleport_operator_teleport_call_duration_seconds[5m])",
    "sum by (le) (rate(teleport_operator_teleport_call_duration_seconds_count[5m]))",
    "teleport_operator_resources{ready!=\"True\", reason!~\"Planned|Forgotten\"}",
    "up == 0", "1 > 0",
  ]) func whatDoesNotFitIsFound(_ expression: String) {
    #expect(!catalog.problems(in: expression).isEmpty)
  }
}
