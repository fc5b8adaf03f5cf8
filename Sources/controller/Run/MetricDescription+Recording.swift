import Kubernetes
import Metrics
import Operations
import TeleportClient

/// Label values come in the order of the description's labels.
extension MetricDescription {
  func increment(_ values: String...) {
    Counter(label: name, dimensions: dimensions(values)).increment()
  }

  /// Makes a counter show 0 before anything was counted, so that the first one is seen as a rise.
  func start(_ values: String...) { _ = Counter(label: name, dimensions: dimensions(values)) }

  func set(_ number: Double, _ values: String...) {
    Gauge(label: name, dimensions: dimensions(values)).record(number)
  }

  func observe(_ duration: Duration, _ values: String...) {
    Timer(label: name, dimensions: dimensions(values)).record(duration: duration)
  }

  private func dimensions(_ values: [String]) -> [(String, String)] {
    assert(values.count == labels.count, "\(name) has the labels \(labels)")
    return Array(zip(labels, values))
  }
}

extension ControllerMetrics {
  @Sendable static func teleportCalled(
    _ method: String, _ failure: TeleportError.Code?, _ took: Duration
  ) {
    teleportCalls.observe(took, method, failure?.rawValue ?? "OK")
  }

  @Sendable static func kubernetesCalled(
    _ verb: String, _ resource: String, _ failure: KubernetesError.Code?, _ took: Duration
  ) {
    kubernetesCalls.observe(took, verb, resource, failure?.rawValue ?? "OK")
  }
}
