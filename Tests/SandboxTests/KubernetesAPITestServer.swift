import Documents
import FoundationEssentials
import KubernetesSandbox

/// A running stand-in with the widget definition, and curl and kubectl to talk to it.
struct KubernetesAPITestServer: Sendable {
  let sandbox: KubernetesSandbox
  let command: KubernetesAPICommand

  private var directory: String { command.directory }

  /// Runs `body` against a server of its own.
  static func run<Value>(
    options: KubernetesSandbox.Options = .init(),
    _ body: (KubernetesAPITestServer) async throws -> Value
  ) async throws -> Value {
    let directory = FileManager.default.temporaryDirectory
      .appending(path: "sandbox-\(UUID().uuidString)").path()
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let sandbox = try await KubernetesSandbox.start(options: options)
    try await sandbox.put(Widgets.definition)
    try sandbox.writeKubeconfig(to: "\(directory)/kubeconfig")
    try sandbox.caPEM.write(toFile: "\(directory)/ca.crt")
    var command = KubernetesAPICommand(directory: directory)
    command.environment = [
      "KUBECONFIG": "\(directory)/kubeconfig", "KUBECACHEDIR": "\(directory)/cache",
      "HOME": directory,
    ]
    let server = KubernetesAPITestServer(sandbox: sandbox, command: command)
    do {
      let value = try await body(server)
      await sandbox.shutdown()
      return value
    } catch {
      await sandbox.shutdown()
      throw error
    }
  }

  struct Reply: Sendable {
    /// 0 where there was no response.
    let code: Int
    let protocolVersion: String
    let body: String

    var json: JSONValue { (try? JSONValue(json: Array(body.utf8))) ?? .null }
    /// The lines of a watch.
    var lines: [JSONValue] {
      body.split(separator: "\n").compactMap { try? JSONValue(json: Array($0.utf8)) }
    }
  }

  func call(
    _ method: String, _ path: String, _ body: JSONValue? = nil,
    type: String = "application/json", token: String? = nil, http: String = "--http2"
  ) async throws -> Reply {
    // The token is no argument, even in a test.
    let headers = "\(directory)/\(UUID().uuidString).headers"
    let token = token ?? sandbox.adminToken
    let authorization = token.isEmpty ? "" : "Authorization: Bearer \(token)\n"
    try (authorization + "Content-Type: \(type)\n").write(toFile: headers)
    var arguments = [
      "-s", "-N", http, "--cacert", "\(directory)/ca.crt", "-X", method, "-H", "@\(headers)",
      "--max-time", "20", "-w", "\n%{http_code} %{http_version}",
    ]
    if body != nil { arguments += ["--data-binary", "@-"] }
    let result = await command.run(
      "curl", arguments + [sandbox.url + path], input: body?.jsonText ?? "")
    let split = result.output.lastIndex(of: "\n") ?? result.output.startIndex
    let trailer = result.output[split...].split(whereSeparator: \.isWhitespace)
    return Reply(
      code: Int(trailer.first ?? "") ?? 0, protocolVersion: String(trailer.last ?? ""),
      body: String(result.output[..<split]))
  }

  /// Runs kubectl in the namespace `default`; the output ends with the exit status where that is not 0.
  func kubectl(
    _ arguments: String..., input: String = "", environment: [String: String] = [:]
  ) async -> String {
    var command = command
    command.environment.merge(environment) { _, new in new }
    let result = await command.run("kubectl", arguments, input: input)
    return result.status == 0 ? result.output : result.output + "exit \(result.status)"
  }
}

extension String {
  func write(toFile path: String) throws {
    try Data(utf8).write(to: URL(filePath: path))
  }
}
