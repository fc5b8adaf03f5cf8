import AsyncHTTPClient
import NIOCore
import Operations

/// What `/metrics` said, taken apart.
struct Scrape {
  struct Sample: Hashable {
    /// As it stands there, with the suffix of a histogram's parts.
    let name: String
    let labels: [String: String]
    let value: Double
  }

  private(set) var forms: [String: String] = [:]
  private(set) var help: [String: String] = [:]
  private(set) var samples: [Sample] = []

  init(port: Int) async throws {
    let request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/metrics")
    let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
    let text = String(buffer: try await answer.body.collect(upTo: 1 << 22))
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 3).map(String.init)
      if line.hasPrefix("# TYPE ") {
        forms[words[2]] = words[3]
      } else if line.hasPrefix("# HELP ") {
        help[words[2]] = words[3]
      } else {
        samples.append(try Self.sample(line))
      }
    }
  }

  private static func sample(_ line: Substring) throws -> Sample {
    guard let blank = line.lastIndex(of: " "),
      let value = Double(line[line.index(after: blank)...])
    else { throw NotInTime(description: "no sample: \(line)") }
    let head = line[..<blank]
    guard let brace = head.firstIndex(of: "{") else {
      return Sample(name: String(head), labels: [:], value: value)
    }
    // No value of ours has a comma or a quote in it.
    let pairs = head[head.index(after: brace)...].dropLast().split(separator: ",").map { pair in
      pair.split(separator: "=", maxSplits: 1).map { $0.filter { $0 != "\"" } }
    }
    return Sample(
      name: String(head[..<brace]),
      labels: Dictionary(uniqueKeysWithValues: pairs.map { ($0[0], $0[1]) }), value: value)
  }

  func samples(of metric: MetricDescription) -> [Sample] {
    let names =
      metric.form == .histogram
      ? ["_bucket", "_sum", "_count"].map { metric.name + $0 } : [metric.name]
    return samples.filter { names.contains($0.name) }
  }

  /// The sum of all samples of a gauge or counter with these labels.
  func value(_ metric: MetricDescription, _ labels: [String: String] = [:]) -> Double {
    samples(of: metric).filter { $0.labels.merging(labels) { _, wanted in wanted } == $0.labels }
      .map(\.value).reduce(0, +)
  }
}
