import ArgumentParser

struct CRDsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "crds",
    abstract: "Print the CustomResourceDefinitions, or install them.",
    discussion: "They are generated from the schema that encodes the resources.",
    subcommands: [CRDsPrintCommand.self, CRDsInstallCommand.self],
    defaultSubcommand: CRDsPrintCommand.self)
}
