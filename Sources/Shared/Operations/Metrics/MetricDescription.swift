/// What a metric is called, what it counts, and how it is told apart: known before there is a value.
public struct MetricDescription: Hashable, Sendable {
  public enum Form: String, Hashable, Sendable {
    case counter
    case gauge
    /// Of durations, in seconds.
    case histogram
  }

  /// With the namespace, and the unit or `_total` at the end.
  public let name: String
  public let form: Form
  public let labels: [String]
  /// One sentence or more, for whoever reads the exposition.
  public let help: String

  public init(_ name: String, _ form: Form, labels: [String] = [], help: String) {
    self.name = name
    self.form = form
    self.labels = labels
    self.help = help
  }
}
