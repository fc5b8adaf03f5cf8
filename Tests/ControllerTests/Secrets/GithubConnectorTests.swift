import Credentials
import Documents
import Kubernetes
import TeleportClient
import TeleportSandbox
import TeleportSchema
import Testing

@testable import controller

/// A real kind with a secret, from the custom resource to Teleport.
@Suite(.timeLimit(.minutes(1))) struct GithubConnectorTests {
  private func object(secret: String) throws -> KubernetesObject {
    try .custom(
      "TeleportGithubConnector", "login",
      spec: [
        "client_id": "id", "client_secret": .string(secret), "redirect_url": "https://x/callback",
        "teams_to_roles": [["organization": "acme", "team": "ops", "roles": ["access"]]],
      ])
  }

  private let resolver = SecretResolver { key in
    #expect(key == ObjectKey("github", namespace: "default"))
    return try KubernetesObject([
      "apiVersion": "v1", "kind": "Secret",
      "metadata": [
        "name": "github", "namespace": "default", "uid": "u", "resourceVersion": "7",
        "annotations": ["resources.teleport.dev/allow-lookup-from-cr": "login"],
      ], "data": ["secret": "aHVzaA=="],
    ])
  }

  @Test(arguments: [11, 14, 18])
  func theSecretReachesTeleportAndIsShownNowhere(major: Int) async throws {
    let kind = try WatchedKind.named("TeleportGithubConnector")
    var object = try object(secret: "secret://github/secret")
    let resolved = try await resolver.resolve(object, kind.schema)
    #expect(resolved.uses.map(\.path) == ["spec.client_secret"])
    object.spec = resolved.spec.reveal()
    let declared = try DeclaredResource(object, spec: object.spec)

    let teleport = try await TeleportSandbox.start(options: .init(major: major))
    let result: Result<Void, any Error>
    do {
      let admin = try AdminIdentity(dataDirectory: teleport.dataDirectory)
      let connection = try await TeleportIdentity.connect(to: teleport, as: admin.identity)
      let calls = ResourceCalls(connection)
      _ = try await calls.create(declared.bytes, of: kind.schema)
      let held = try await teleport.resource("github", "login")
      #expect(held?[["spec", "client_secret"]] == "hush")
      let live = try #require(try await calls.get("login", of: kind.schema))
      #expect(try kind.schema.decode(live)[["spec", "client_secret"]] == nil)
      #expect(try await calls.list(kind.schema).map { try ResourceFacts($0).name } == ["login"])

      let differences = FieldDifference.between(
        try kind.schema.managedFields(of: live), try kind.schema.managedFields(of: declared.bytes))
      #expect(differences.contains { $0.after == "hush" })
      let shown = kind.schema.redact(differences)
      #expect(shown.contains { $0.path == "spec.client_secret" && $0.after == "***" })
      #expect(!"\(shown)".contains("hush"))
      await connection.close()
      result = .success(())
    } catch { result = .failure(error) }
    await teleport.shutdown()
    try result.get()
  }

  /// As the official operator has it.
  @Test func aPlainValueStaysAllowed() async throws {
    let resolved = try await resolver.resolve(
      try object(secret: "plain"), WatchedKind.named("TeleportGithubConnector").schema)
    #expect(resolved.spec.reveal()["client_secret"] == "plain" && resolved.uses.isEmpty)
  }
}
