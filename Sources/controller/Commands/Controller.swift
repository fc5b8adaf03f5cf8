import ArgumentParser

@main
struct Controller: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "controller",
    abstract: "Keeps Teleport equal to what Kubernetes custom resources declare.",
    version: "0.1.0",
    subcommands: [
      RunCommand.self, PlanCommand.self, ValidateCommand.self, ExportCommand.self, CRDsCommand.self,
      KindsCommand.self, RBACCommand.self,
    ])
}
