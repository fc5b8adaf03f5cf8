import Credentials
import Documents
import Foundation
import Kubernetes
import Processes
import TeleportSchema

/// The steps of the demo.
struct Tour: Sendable {
  let stage: Stage
  let servers: Servers
  let cluster: Cluster
  let teleport: TeleportView
  let narrator: Narrator
  /// Of this run alone, so that a real cluster's own objects are never touched.
  private let name = "teleport-demo-\(getpid())"

  func run() async throws {
    try await refuseToTouchWhatIsThere()
    let (bot, controller) = try await start()
    try await create()
    try await update()
    try await refuse()
    try await renew(bot, controller)
    try await correct()
    try await delete()
    try await stop(bot, controller)
  }

  /// Starts everything and waits for Ctrl-C.
  func stayUp() async throws {
    _ = try await start()
    narrator.title("Running. In another terminal:")
    narrator.show(
      """
      export KUBECONFIG=\(servers.kubeconfig)
      kubectl config set-context --current --namespace \(name)
      kubectl apply -f my-role.yaml
      kubectl get teleportroles,teleportusers

      logs and certificates: \(stage.directory)
      Teleport's data directory: \(servers.teleportDataDirectory), auth server: \(servers.teleportAuth)
      """)
    narrator.note("Ctrl-C ends it and removes everything.")
    // The command ends this when Ctrl-C comes.
    try await Task.sleep(for: .seconds(365 * 86400))
  }

  // MARK: - Steps

  private func refuseToTouchWhatIsThere() async throws {
    for (kind, name) in [("role", "myrole"), ("user", "myuser"), ("user", "baduser")]
    where try await teleport.get(kind, name) != nil {
      throw DemoFailure("Teleport has a \(kind) named \(name) already; the demo would change it")
    }
  }

  private func start() async throws -> (ChildProcess, ChildProcess) {
    let server = teleport.connection.server
    narrator.title("Start")
    narrator.note(
      "Teleport \(server.version), cluster \(server.clusterName), \(servers.teleportAuth)")
    narrator.note("Kubernetes \(cluster.client.configuration.server), by \(cluster.toolName)")
    try await prepareCluster()
    let bot = try await narrator.step("tbot-lite: role and bot created, certificates published") {
      let bot = try stage.start(
        "tbot-lite",
        [
          "start", "--teleport-data-dir", servers.teleportDataDirectory, "--auth-server",
          servers.teleportAuth, "--destination", stage.identityDirectory, "--bot-name", name,
          "--role-name", name, "--certificate-ttl", "5m", "--renewal-interval", "6s",
        ])
      let teleport = teleport
      let name = name
      // The sandbox goes, and with it all that is in it.
      if !servers.isSandbox {
        stage.onStrike("role \(name)") { try await teleport.remove("role", name) }
        stage.onStrike("user bot-\(name)") { try await teleport.remove("user", "bot-\(name)") }
      }
      try await Awaiting.file(stage.identityDirectory + "/tlscert", within: .seconds(20)) {
        guard bot.isRunning else { throw DemoFailure("tbot-lite ended") }
      }
      return bot
    }
    let controller = try stage.start(
      "controller",
      [
        "run", "--identity-dir", stage.identityDirectory, "--auth-server", servers.teleportAuth,
        "--kubeconfig", servers.kubeconfig, "--namespace", name, "--metrics-bind-address", "0",
        "--health-probe-bind-address", "0",
      ])
    return (bot, controller)
  }

  private func prepareCluster() async throws {
    let definitions = try CustomResourceDefinition.all()
    try await narrator.step("CustomResourceDefinitions and namespace \(name)") {
      for definition in definitions {
        let crd = definition[["metadata", "name"]]?.string ?? ""
        if try await exists(.customResourceDefinitions, ObjectKey(crd)) { continue }
        removeLater(.customResourceDefinitions, ObjectKey(crd))
      }
      // Not kubectl apply: what somebody has there already must not become narrower.
      let install = try stage.start(
        "controller", ["crds", "install", "--kubeconfig", servers.kubeconfig])
      guard await install.waitForEnd() == 0 else {
        throw DemoFailure("the definitions could not be installed")
      }
      try await cluster.apply(Manifests.namespace(name), namespace: nil)
      removeLater(.namespaces, ObjectKey(name))
    }
  }

  private func create() async throws {
    narrator.title("Create")
    try await narrator.step("role myrole applied, Ready") {
      try await apply(Manifests.role, "Ready") { $0.isReady }
    }
    let role = try await teleport.wait(for: "role", "myrole", "there") { $0 != nil }
    narrator.show(role?.yamlText() ?? "")
    try await narrator.step("user myuser applied, Ready") {
      try await apply(Manifests.user, "Ready") { $0.isReady }
    }
    let user = try await teleport.wait(for: "user", "myuser", "there") { $0 != nil }
    narrator.show(user?.yamlText() ?? "")
  }

  private func update() async throws {
    narrator.title("Update")
    var role = Manifests.role
    role["spec"]?["allow"]?["logins"] = ["root", "ubuntu"]
    role["spec"]?["allow"]?["kubernetes_groups"] = nil
    try await narrator.step("myrole: a login more, no kubernetes_groups; in Teleport") {
      try await apply(role, "Ready") { $0.isReady }
      try await teleport.wait(for: "role", "myrole", "updated") {
        $0?[["spec", "allow", "logins"]] == ["root", "ubuntu"]
          && $0?[["spec", "allow", "kubernetes_groups"]] == nil
      }
    }
  }

  private func refuse() async throws {
    narrator.title("Refuse")
    let seen = Remembered()
    try await narrator.step("badrole has a wrong duration: refused") {
      do {
        try await apply(Manifests.badRole, "refused") {
          seen.value = $0.readyMessage
          return $0.readyReason == "InvalidSpec"
        }
        // A definition that was there before is looser than ours; then it is the status that says so.
        try await cluster.delete(Manifests.badRole, namespace: name)
        try await cluster.wait(for: Manifests.badRole, namespace: name, "gone") { $0 == nil }
      } catch {
        seen.value = "\(error)"
      }
      guard seen.value.contains("max_session_ttl") else {
        throw DemoFailure("badrole was not refused: \(seen.value)")
      }
    }
    narrator.show(seen.value)
    try await narrator.step("baduser has a role that does not exist: the status says so") {
      try await apply(Manifests.badUser, "refused") {
        seen.value = "Ready=False \($0.readyReason): \($0.readyMessage)"
        return $0.readyReason == "RejectedByTeleport"
      }
      guard try await teleport.get("user", "baduser") == nil else {
        throw DemoFailure("baduser reached Teleport")
      }
    }
    narrator.show(seen.value)
  }

  private func renew(_ bot: ChildProcess, _ controller: ChildProcess) async throws {
    narrator.title("Renew")
    let directory = PublishedDirectory(path: stage.identityDirectory)
    let before = try directory.read()
    try await narrator.step("tbot-lite renewed the certificate; the controller uses it") {
      try await Awaiting.first(within: .seconds(30), "no renewal") {
        for await _ in DirectoryWatcher(path: directory.path).signals() {
          if let now = try? directory.read(), now.name != before.name { return }
        }
      }
      var role = Manifests.role
      role["spec"]?["allow"]?["logins"] = ["root", "renewed"]
      try await apply(role, "Ready") { $0.isReady }
      try await teleport.wait(for: "role", "myrole", "updated") {
        $0?[["spec", "allow", "logins"]] == ["root", "renewed"]
      }
      guard !controller.logLines(containing: "identity renewed").isEmpty else {
        throw DemoFailure("the controller did not take the new identity")
      }
    }
  }

  private func correct() async throws {
    narrator.title("Correct")
    narrator.note("somebody adds the login mallory to myrole in Teleport")
    let teleport = teleport
    let wasSeen = Remembered()
    try await narrator.step("seen in Teleport, noticed and put back") {
      try await teleport.wait(for: "role", "myrole", "put back") {
        try await teleport.changeByHand("role", "myrole") {
          $0["spec"]?["allow"]?["logins"] = ["root", "renewed", "mallory"]
        }
      } until: { role in
        let logins = role?[["spec", "allow", "logins"]]
        if logins == ["root", "renewed", "mallory"] { wasSeen.value = "yes" }
        return logins == ["root", "renewed"] && wasSeen.value == "yes"
      }
    }
  }

  private func delete() async throws {
    narrator.title("Delete")
    for (manifest, kind) in [
      (Manifests.user, "user"), (Manifests.role, "role"), (Manifests.badUser, "user"),
    ] {
      let resource = manifest[["metadata", "name"]]?.string ?? ""
      try await narrator.step("\(kind) \(resource) deleted, gone from both sides") {
        try await cluster.delete(manifest, namespace: name)
        try await cluster.wait(for: manifest, namespace: name, "gone") { $0 == nil }
        try await teleport.wait(for: kind, resource, "gone") { $0 == nil }
      }
    }
  }

  private func stop(_ bot: ChildProcess, _ controller: ChildProcess) async throws {
    narrator.title("Stop")
    for process in [controller, bot] {
      try await narrator.step("\(process.name) ends with 0 on SIGTERM") {
        let status = await stage.stop(process)
        guard status == 0 else { throw DemoFailure("\(process.name) ended with \(status)") }
      }
    }
    let lease = try await cluster.client.get(
      .leases, ObjectKey("431e83f4.teleport.dev", namespace: name))
    guard lease.spec["holderIdentity"]?.string ?? "" == "" else {
      throw DemoFailure("the Lease was not given back")
    }
    narrator.note("the Lease was given back")
  }

  // MARK: -

  private func apply(
    _ manifest: JSONValue, _ expectation: String,
    until predicate: @escaping @Sendable (KubernetesObject) -> Bool
  ) async throws {
    try await cluster.apply(manifest, namespace: name)
    try await cluster.wait(for: manifest, namespace: name, expectation) { object in
      object.map { $0.isObserved && predicate($0) } ?? false
    }
  }

  private func exists(_ resource: GroupVersionResource, _ key: ObjectKey) async throws -> Bool {
    do {
      _ = try await cluster.client.get(resource, key)
      return true
    } catch let error as KubernetesError where error.code == .notFound {
      return false
    }
  }

  private func removeLater(_ resource: GroupVersionResource, _ key: ObjectKey) {
    // The sandbox goes away with all that is in it.
    guard !servers.isSandbox else { return }
    let client = cluster.client
    stage.onStrike("\(resource.resource) \(key)") { _ = try await client.delete(resource, key) }
  }
}

/// Something that a predicate saw last.
private final class Remembered: @unchecked Sendable {
  // Written by one reflector, read after it has ended.
  var value = ""
}

extension KubernetesObject {
  private var ready: JSONValue? {
    status["conditions"]?.array?.first { $0["type"] == "Ready" }
  }

  /// Whether the Ready condition speaks of the present spec.
  fileprivate var isObserved: Bool {
    ready?["observedGeneration"]?.integer == metadata.generation
  }

  fileprivate var isReady: Bool { ready?["status"] == "True" }
  fileprivate var readyReason: String { ready?["reason"]?.string ?? "" }
  fileprivate var readyMessage: String { ready?["message"]?.string ?? "" }
}
