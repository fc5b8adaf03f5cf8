import ArgumentParser
import Documents

/// Prints plans as they are made.
struct PlanPrinter {
  let format: PlanCommand.Format
  private var summary = PlanSummary()

  init(format: PlanCommand.Format) { self.format = format }

  var exitCode: ExitCode { summary.exitCode }

  mutating func add(_ resource: PlannedResource) {
    summary.add(resource)
    switch format {
    case .json: Output.print(resource.json.jsonText)
    case .text: resource.text(hasColour: Output.hasColour).map { Output.print($0) }
    }
  }

  mutating func add(_ failure: ManifestSource.Failure) {
    summary.addFailure()
    Output.printError("error: \(failure.file): \(failure.description)")
  }

  /// On standard error, so that the output stays clean.
  func finish() { Output.printError(summary.text) }
}
