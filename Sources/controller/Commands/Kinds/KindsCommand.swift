import ArgumentParser
import Documents
import FoundationEssentials

struct KindsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kinds",
    abstract: "List the kinds of custom resources, and what each asks of Teleport.",
    discussion: """
      SINCE is the first major version of Teleport that has the kind; CHANGES tells how changes made in Teleport are \
      noticed: by events at once, or by listing once a minute; LICENCE names what of Teleport Enterprise it takes.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
    case markdown
  }

  @Option(
    name: [.customShort("o"), .long],
    help: "text, json (one object a line), or markdown, which docs/kinds.md is made with.")
  var output: Format = .text

  @Option(
    help: ArgumentHelp(
      "A directory of example manifests, KIND.yaml in lower case, for markdown.",
      valueName: "directory"))
  var examples: String?

  func validate() throws {
    if examples != nil, output != .markdown {
      throw ValidationError("--examples goes with -o markdown only")
    }
  }

  func run() throws {
    switch output {
    case .json: for summary in KindSummary.all { Output.print(summary.json.jsonText) }
    case .text: Output.print(KindTable.text(KindSummary.all), terminator: "")
    case .markdown:
      let page = try KindPage(KindSummary.all) { kind in
        try examples.map { folder in
          try String(contentsOfFile: "\(folder)/\(kind.lowercased()).yaml", encoding: .utf8)
        }
      }
      Output.print(page.text, terminator: "")
    }
  }
}
