import ArgumentParser
import Documents
import Foundation

@main
struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measures the release binaries against the sandbox.",
    discussion:
      "Prints a table and writes the numbers to a flat JSON file, for machines to compare.")

  @Option(help: "Where the binaries are.")
  var binaries = ".build/release"

  @Option(help: "The file to write the numbers to.")
  var output = ".build/bench.json"

  func run() async throws {
    var measurements: [Measurement] = []
    measurements += try await BotBench(executable: binaries + "/tbot-lite").run()
    print(Measurement.table(measurements), terminator: "")
    let numbers = measurements.map { ($0.key, JSONValue.number($0.value)) }
    let document = JSONValue.object(Dictionary(uniqueKeysWithValues: numbers))
    try Data((document.prettyJSONText + "\n").utf8).write(to: URL(filePath: output))
    let missed = measurements.filter { !$0.isMet }
    if !missed.isEmpty {
      print("not met: \(missed.map(\.key).joined(separator: ", "))")
      throw ExitCode.failure
    }
  }
}
