import ArgumentParser
import Documents

/// Prints plans as they are made.
struct PlanPrinter {
  let format: PlanCommand.Format
  private var summary = PlanSummary()
  private var passedOver = 0

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

  /// Takes note of a manifest that is not this controller's.
  mutating func passOver() { passedOver += 1 }

  /// On standard error, so that the output stays clean.
  func finish() {
    let rest = passedOver > 0 ? ", \(passedOver) of other kinds passed over" : ""
    Output.printError(summary.text + rest)
  }
}
