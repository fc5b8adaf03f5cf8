import ArgumentParser
import Documents
import FoundationEssentials
import TeleportSchema

struct CRDsPrintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "print",
    abstract: "Print the CustomResourceDefinitions, for `kubectl apply --server-side -f -`.",
    discussion: """
      Whoever has definitions already, perhaps of the official operator, uses `controller crds install`: it takes nothing \
      away.
      """)

  @Option(
    help: ArgumentHelp(
      "Write one file for each definition into this directory instead.", valueName: "directory"))
  var outputDir: String?

  func run() throws {
    for definition in try CustomResourceDefinition.all() {
      guard let outputDir else {
        Output.print("---\n" + definition.yamlText(), terminator: "")
        continue
      }
      let plural = definition[["spec", "names", "plural"]]?.string ?? ""
      let file = "\(outputDir)/\(CustomResourceSchema.group)_\(plural).yaml"
      try definition.yamlText().write(toFile: file, atomically: true, encoding: .utf8)
    }
  }
}
