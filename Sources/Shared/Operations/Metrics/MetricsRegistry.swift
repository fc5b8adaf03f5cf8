import CoreMetrics
import Synchronization

/// The metrics of this process, kept in memory and printed in the Prometheus text format.
///
/// A backend for swift-metrics: code counts through `Counter`, `Gauge` and `Timer`, this collects. Names follow
/// Prometheus: `teleport_operator_reconciles_total`, durations in seconds.
public final class MetricsRegistry: MetricsFactory, Sendable {
  struct Key: Hashable {
    let name: String
    let labels: [Pair]
    struct Pair: Hashable {
      let name: String
      let value: String
    }

    init(_ name: String, _ dimensions: [(String, String)]) {
      self.name = name
      labels = dimensions.map { Pair(name: $0.0, value: $0.1) }.sorted { $0.name < $1.name }
    }
  }

  enum Value {
    case counter(Int64)
    case gauge(Double)
    case histogram(Histogram)
  }

  let values = Mutex<[Key: Value]>([:])
  /// Help texts by name.
  let help: [String: String]

  /// - Parameter descriptions: of metrics whose help texts are to be shown.
  public init(describing descriptions: [MetricDescription] = []) {
    help = Dictionary(descriptions.map { ($0.name, $0.help) }) { first, _ in first }
  }

  /// Makes this the backend of all metrics of the process. Call once.
  public func bootstrap() { MetricsSystem.bootstrap(self) }

  public func makeCounter(
    label: String, dimensions: [(String, String)]
  ) -> any CounterHandler {
    let key = Key(label, dimensions)
    values.withLock { $0[key] = $0[key] ?? .counter(0) }
    return Handler(registry: self, key: key)
  }

  public func makeRecorder(
    label: String, dimensions: [(String, String)], aggregate: Bool
  ) -> any RecorderHandler {
    Handler(registry: self, key: Key(label, dimensions), aggregates: aggregate)
  }

  public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    Handler(registry: self, key: Key(label, dimensions))
  }

  public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    Handler(registry: self, key: Key(label, dimensions), aggregates: true)
  }

  public func destroyCounter(_ handler: any CounterHandler) {}
  public func destroyRecorder(_ handler: any RecorderHandler) {}
  public func destroyMeter(_ handler: any MeterHandler) {}
  public func destroyTimer(_ handler: any TimerHandler) {}

  func update(_ key: Key, _ change: (inout Value?) -> Void) {
    values.withLock { change(&$0[key]) }
  }
}

/// One labelled metric.
private final class Handler: CounterHandler, RecorderHandler, MeterHandler, TimerHandler {
  private let registry: MetricsRegistry
  private let key: MetricsRegistry.Key
  private let aggregates: Bool

  init(registry: MetricsRegistry, key: MetricsRegistry.Key, aggregates: Bool = false) {
    self.registry = registry
    self.key = key
    self.aggregates = aggregates
  }

  func increment(by amount: Int64) {
    registry.update(key) { value in
      if case .counter(let count) = value { value = .counter(count &+ amount) }
    }
  }

  func reset() { registry.update(key) { $0 = .counter(0) } }

  func record(_ value: Int64) { record(Double(value)) }

  func record(_ value: Double) { aggregates ? observe(value) : set(value) }

  func set(_ value: Int64) { set(Double(value)) }

  func set(_ value: Double) { registry.update(key) { $0 = .gauge(value) } }

  func increment(by amount: Double) { add(amount) }

  func decrement(by amount: Double) { add(-amount) }

  func recordNanoseconds(_ duration: Int64) { observe(Double(duration) / 1e9) }

  private func add(_ amount: Double) {
    registry.update(key) { value in
      if case .gauge(let old) = value {
        value = .gauge(old + amount)
      } else {
        value = .gauge(amount)
      }
    }
  }

  private func observe(_ sample: Double) {
    registry.update(key) { value in
      var histogram = Histogram()
      if case .histogram(let old) = value { histogram = old }
      histogram.observe(sample)
      value = .histogram(histogram)
    }
  }
}
