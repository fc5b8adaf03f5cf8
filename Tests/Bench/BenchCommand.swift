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

  enum Part: String, ExpressibleByArgument { case controller, bot }

  @Option(help: "Measure only this; the file then holds no more.")
  var part: Part?

  func run() async throws {
    var measurements: [Measurement] = []
    if part != .bot {
      say("controller, every call to Teleport and to Kubernetes delayed by 5 ms\n")
      measurements += try await ControllerBench(binaries: binaries) { say(Measurement.table($0)) }
        .run()
    }
    if part != .controller {
      say("bot, no call delayed\n")
      let found = try await BotBench(executable: binaries + "/tbot-lite").run()
      say(Measurement.table(found))
      measurements += found
    }
    let numbers = measurements.map { ($0.key, JSONValue.number($0.value)) }
    let document = JSONValue.object(Dictionary(uniqueKeysWithValues: numbers))
    try Data((document.prettyJSONText + "\n").utf8).write(to: URL(filePath: output))
    let missed = measurements.filter { !$0.isMet }
    if !missed.isEmpty {
      print("not met: \(missed.map(\.key).joined(separator: ", "))")
      throw ExitCode.failure
    }
  }

  /// At once, also into a pipe.
  private func say(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }
}
