import ArgumentParser
import Documents
import FoundationEssentials
import KubernetesSandbox
import TeleportSandbox
import UnixSignals

@main
struct SandboxCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sandbox",
    abstract: "Runs stand-ins for a Teleport auth service and a kube-apiserver.",
    discussion: """
      Writes into the directory what the real ones would give: `teleport/`, an auth service's data directory, and \
      `kubeconfig`. When both answer it writes `ready.json` with the addresses, and runs until SIGTERM or SIGINT.
      """)

  @Option(help: "Where to put the data directory and the kubeconfig; made if missing.")
  var directory: String

  @Option(help: "The major version that the auth service plays: 11 to 18.")
  var teleportMajor = 18

  @Option(help: "The auth service's port; 0 for any.")
  var teleportPort = 0

  @Option(help: "The API server's port; 0 for any.")
  var kubernetesPort = 0

  @Option(help: "Milliseconds that reads lag behind writes in the auth service.")
  var cacheLag = 200

  @OptionGroup(title: "Bots")
  var bots: BotOptions

  func validate() throws {
    guard (11...18).contains(teleportMajor) else {
      throw ValidationError("--teleport-major: there are 11 to 18")
    }
  }

  func run() async throws {
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    var teleportOptions = TeleportSandbox.Options(major: teleportMajor)
    teleportOptions.dataDirectory = directory + "/teleport"
    teleportOptions.host = "127.0.0.1"
    teleportOptions.port = teleportPort
    teleportOptions.cacheLag = .after(.milliseconds(cacheLag))
    bots.apply(to: &teleportOptions)
    let teleport = try await TeleportSandbox.start(options: teleportOptions)
    let token = try await bots.addBot(to: teleport)

    var kubernetesOptions = KubernetesSandbox.Options()
    kubernetesOptions.port = kubernetesPort
    let kubernetes = try await KubernetesSandbox.start(options: kubernetesOptions)
    let kubeconfig = directory + "/kubeconfig"
    try kubernetes.writeKubeconfig(to: kubeconfig)

    var ready: JSONValue = [
      "teleportAuth": .string(teleport.address), "teleportDataDir": .string(teleport.dataDirectory),
      "teleportVersion": .string("\(teleport.version)"), "kubeconfig": .string(kubeconfig),
      "kubernetes": .string(kubernetes.url),
    ]
    if let token { ready["botToken"] = .string(token) }
    try ready.prettyJSONText.write(
      toFile: directory + "/ready.json", atomically: true, encoding: .utf8)
    print(ready.prettyJSONText)

    for await _ in await UnixSignalsSequence(trapping: .sigterm, .sigint) { break }
    await kubernetes.shutdown()
    await teleport.shutdown()
  }
}
