import ArgumentParser
import Credentials
import FoundationEssentials
import Glibc

struct InspectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Tell what a directory or identity file holds, and what is wrong with it.",
    discussion: """
      Reads a directory that tbot-lite or tbot keeps (identity or tls output, or a bot's storage), or an identity file, \
      and prints who the certificates are for, what they permit and how long they are valid, with which CAs, and who \
      can read the files. Connects to nobody and never prints a key.

      Looks for: certificates that have expired or are not valid yet, keys and certificates that do not belong \
      together, files that are missing, cannot be read, or can be read or changed by others, and CAs that did not sign \
      what lies beside them.

      Ends with 0 when nothing is wrong, with 1 when something is, and with 64 when the command line is.
      """)

  enum Form: String, CaseIterable, ExpressibleByArgument {
    case text, json
  }

  @Argument(help: ArgumentHelp("The directory, or an identity file.", valueName: "path"))
  var path: String

  @Option(name: .shortAndLong, help: "text or json.")
  var output = Form.text

  func run() async throws {
    let path = path
    let found = try await onBlockingThread { Observation.look(at: path) }
    let inspection = Inspection(found, at: Date())
    switch output {
    case .text:
      print(InspectionTable(inspection: inspection, hasColour: Self.hasColour).text, terminator: "")
    case .json: print(inspection.json.prettyJSONText)
    }
    if !inspection.isHealthy { throw ExitCode.failure }
  }

  /// On a terminal, unless NO_COLOR asks not to.
  private static var hasColour: Bool { isatty(1) == 1 && getenv("NO_COLOR") == nil }
}
