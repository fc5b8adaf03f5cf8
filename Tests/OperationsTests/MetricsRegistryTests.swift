import Metrics
import Operations
import Testing

@Suite struct MetricsRegistryTests {
  private let registry = MetricsRegistry()

  @Test func anEmptyRegistryPrintsNothing() {
    #expect(registry.prometheusText() == "")
  }

  @Test func countersAndGaugesInOrderOfNameAndLabels() {
    let failure = Counter(
      label: "renewals_total", dimensions: [("result", "failure")], factory: registry)
    let success = Counter(
      label: "renewals_total", dimensions: [("result", "success")], factory: registry)
    success.increment(by: 3)
    failure.increment()
    _ = Counter(label: "never_total", factory: registry)
    Gauge(label: "not_after_seconds", factory: registry).record(1_700_000_000)
    Gauge(label: "ratio", factory: registry).record(0.25)
    #expect(
      registry.prometheusText() == """
        # TYPE never_total counter
        never_total 0
        # TYPE not_after_seconds gauge
        not_after_seconds 1700000000
        # TYPE ratio gauge
        ratio 0.25
        # TYPE renewals_total counter
        renewals_total{result="failure"} 1
        renewals_total{result="success"} 3

        """)
  }

  @Test func whatIsDescribedIsExplained() {
    let registry = MetricsRegistry(describing: [
      MetricDescription("x_total", .counter, help: "A \"line\"\\and\nanother."),
      MetricDescription("y", .gauge, help: "Not there."),
    ])
    Counter(label: "x_total", factory: registry).increment()
    #expect(
      registry.prometheusText() == """
        # HELP x_total A "line"\\\\and\\nanother.
        # TYPE x_total counter
        x_total 1

        """)
  }

  @Test func labelsAreSortedAndEscaped() {
    Counter(
      label: "x_total", dimensions: [("z", "1"), ("a", "q\"b\\c\nd\r\ne")], factory: registry
    ).increment()
    #expect(
      registry.prometheusText()
        == "# TYPE x_total counter\nx_total{a=\"q\\\"b\\\\c\\nd\r\\ne\",z=\"1\"} 1\n")
  }

  @Test func theSameLabelsInAnotherOrderAreTheSameMetric() {
    for dimensions in [[("a", "1"), ("b", "2")], [("b", "2"), ("a", "1")]] {
      Counter(label: "x_total", dimensions: dimensions, factory: registry).increment()
    }
    #expect(registry.prometheusText().contains("x_total{a=\"1\",b=\"2\"} 2\n"))
  }

  @Test func aTimerIsAHistogramInSecondsWithCumulativeBuckets() {
    let timer = Timer(label: "call_seconds", dimensions: [("m", "get")], factory: registry)
    timer.recordMilliseconds(1)
    timer.recordMilliseconds(30)
    timer.recordSeconds(45)
    #expect(
      registry.prometheusText() == """
        # TYPE call_seconds histogram
        call_seconds_bucket{m="get",le="0.001"} 1
        call_seconds_bucket{m="get",le="0.0025"} 1
        call_seconds_bucket{m="get",le="0.005"} 1
        call_seconds_bucket{m="get",le="0.01"} 1
        call_seconds_bucket{m="get",le="0.025"} 1
        call_seconds_bucket{m="get",le="0.05"} 2
        call_seconds_bucket{m="get",le="0.1"} 2
        call_seconds_bucket{m="get",le="0.25"} 2
        call_seconds_bucket{m="get",le="0.5"} 2
        call_seconds_bucket{m="get",le="1"} 2
        call_seconds_bucket{m="get",le="2.5"} 2
        call_seconds_bucket{m="get",le="5"} 2
        call_seconds_bucket{m="get",le="10"} 2
        call_seconds_bucket{m="get",le="30"} 2
        call_seconds_bucket{m="get",le="+Inf"} 3
        call_seconds_sum{m="get"} 45.031
        call_seconds_count{m="get"} 3

        """)
  }

  @Test func aMeterGoesUpAndDown() {
    let meter = Meter(label: "open", factory: registry)
    meter.set(3)
    meter.increment(by: 2)
    meter.decrement(by: 1)
    #expect(registry.prometheusText() == "# TYPE open gauge\nopen 4\n")
  }

  @Test func countsOfManyTasksAllArrive() async {
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask { [registry] in
          for _ in 0..<500 { Counter(label: "n_total", factory: registry).increment() }
        }
      }
    }
    #expect(registry.prometheusText().contains("n_total 4000\n"))
  }
}
