import ArgumentParser
import Documents
import FoundationEssentials
import TeleportSchema

struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Check manifests without asking any server.",
    discussion: """
      Finds unknown fields, wrong types and values that Teleport could not take, each with its path, and reports all of \
      them. Manifests of other API groups are passed over. Ends with 0 if all are valid, with 1 if one is not.

      -o wire prints one JSON object a line for each manifest, in order: {"kind","name","wire"} with the protobuf \
      message that would be sent, base64, or {"kind","name","error"}.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
    case wire
  }

  @Option(
    name: [.customShort("f"), .customLong("filename")], parsing: .singleValue,
    help: "A file, a directory (searched for .yaml, .yml and .json), or - for standard input.")
  var filename: [String]

  @Option(name: [.customShort("o"), .long], help: "text, json or wire.")
  var output: Format = .text

  func run() throws {
    var report = ValidationReport(format: output)
    for path in filename {
      do throws(ManifestSource.Failure) {
        let files = try ManifestSource.files(path)
        for file in files {
          // One file that cannot be read is no reason not to look at the others.
          do throws(ManifestSource.Failure) {
            for manifest in try ManifestSource.manifests(file) { report.add(manifest) }
          } catch {
            report.add(error)
          }
        }
      } catch {
        report.add(error)
      }
    }
    report.finish()
    if report.isFailure { throw ExitCode.failure }
  }
}
