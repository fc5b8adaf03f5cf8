import ArgumentParser

@main
struct TbotLite: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tbot-lite",
    abstract: "Keeps short-lived Teleport certificates fresh in a directory.",
    discussion: """
      Runs beside a Teleport auth service. Uses the auth node's own admin identity, as tctl does, to create a role \
      with just the permissions that the operator needs and a bot that holds it, and publishes the bot's certificates \
      in a directory that the controller and other tools read.
      """,
    version: Build.version,
    subcommands: [StartCommand.self, WaitCommand.self, InspectCommand.self, RoleCommand.self],
    defaultSubcommand: StartCommand.self)
}

enum Build {
  static let version = "0.1.0"
}
