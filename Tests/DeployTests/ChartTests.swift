import Documents
import KubernetesSandbox
import Testing

@testable import controller

/// What the chart makes of its values.
@Suite(.timeLimit(.minutes(3))) struct ChartTests {
  /// Charts that between them render every line of every template.
  static let charts: [(String, Chart)] = [
    ("standalone", .standalone([:])),
    ("sidecar", Chart(values: Chart.sidecar)),
    (
      "everything",
      .standalone([
        "highAvailability": ["replicaCount": 3], "networkPolicy": ["enabled": true],
        "metrics": [
          "serviceMonitor": ["enabled": true, "labels": ["release": "prometheus"]],
          "prometheusRule": ["enabled": true, "labels": ["release": "prometheus"]],
          "dashboard": ["enabled": true],
        ],
        "namespaces": ["a", "b"], "secrets": ["github"], "selector": "team=a", "clusterID": "x",
        "annotations": [
          "deployment": ["a": "b"], "pod": ["c": "d"], "serviceAccount": ["e": "f"],
        ],
        "labels": ["deployment": ["g": "h"], "pod": ["i": "j"]],
        "imagePullSecrets": [["name": "pull"]], "priorityClassName": "high",
        "nodeSelector": ["disk": "ssd"], "tolerations": [["key": "k", "operator": "Exists"]],
        "extraEnv": [["name": "A", "value": "b"]], "extraArgs": ["--log-level=debug"],
        "tbotLite": [
          "extraArgs": ["--log-level=debug"], "extraEnv": [["name": "A", "value": "b"]],
        ],
        "fullNameOverride": "teleport-op",
      ])
    ),
    ("all namespaces", .standalone(["namespaces": ["*"], "affinity": ["podAffinity": [:]]])),
    (
      "old cluster", Chart(values: Chart.standalone, kubeVersion: "v1.28.4")
    ),
  ]

  @Test(arguments: charts)
  func objectsAreWellFormed(_ name: String, _ chart: Chart) throws {
    let objects = try chart.objects()
    #expect(objects.count > 20)
    #expect(Set(objects.map(\.identity)).count == objects.count)
    for object in objects {
      #expect(object["apiVersion"]?.string != nil, "\(object.identity)")
      #expect(object[["metadata", "name"]]?.string?.isEmpty == false, "\(object.identity)")
      let isOfACluster = ["ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition"]
        .contains(object["kind"]?.string ?? "")
      #expect((object[["metadata", "namespace"]] == nil) == isOfACluster, "\(object.identity)")
      let labels = object[["metadata", "labels"]]?.object ?? [:]
      #expect(labels["app.kubernetes.io/managed-by"] == "Helm", "\(object.identity)")
      for (key, value) in labels { #expect(value.string != nil, "\(object.identity) \(key)") }
    }
  }

  /// Which objects there are, for the eye.
  @Test func theObjectsOfEachMode() throws {
    func kinds(_ chart: Chart) throws -> [String] {
      try chart.objects().map(\.identity).filter { !$0.hasPrefix("CustomResource") }.sorted()
    }
    #expect(
      try kinds(.standalone([:])) == [
        "ClusterRole teleport-op-teleport-operator-cluster-id",
        "ClusterRoleBinding teleport-op-teleport-operator-cluster-id",
        "Deployment teleport/op-teleport-operator", "Role teleport/op-teleport-operator",
        "Role teleport/op-teleport-operator-resources",
        "RoleBinding teleport/op-teleport-operator",
        "RoleBinding teleport/op-teleport-operator-resources",
        "Service teleport/op-teleport-operator-metrics",
        "ServiceAccount teleport/op-teleport-operator",
      ])
    #expect(
      try kinds(Chart(values: Chart.sidecar.merging(["clusterID": "x"]))) == [
        "Role teleport/op-teleport-operator", "Role teleport/op-teleport-operator-resources",
        "RoleBinding teleport/op-teleport-operator",
        "RoleBinding teleport/op-teleport-operator-resources",
        "Service teleport/op-teleport-operator-metrics",
      ])
    #expect(try kinds(Chart(values: ["enabled": false, "installCRDs": "always"])) == [])
  }

  /// YAML takes some texts for numbers, comments or maps.
  @Test func textsStayTexts() throws {
    let chart = Chart.standalone([
      "clusterID": "prod #1", "namespaces": ["2024"], "selector": "a: b", "token": "0x10",
    ])
    let deployment = try #require(try chart.objects("Deployment").first)
    let pod = try #require(deployment[["spec", "template", "spec"]])
    let arguments = ["initContainers", "containers"].flatMap { list in
      (pod[[list]]?.array ?? []).flatMap { $0["args"]?.array ?? [] }
    }
    for expected in ["--cluster-id=prod #1", "--namespace=2024", "--selector=a: b", "--token=0x10"]
    { #expect(arguments.contains(.string(expected)), "\(expected)") }
    #expect(
      try chart.objects("RoleBinding").allSatisfy { $0[["metadata", "namespace"]] == "2024" })
  }

  /// The definitions go through the API server's own rules.
  @Test func definitionsAreTakenByAnAPIServer() async throws {
    let definitions = try Chart.standalone([:]).objects("CustomResourceDefinition")
    #expect(definitions.count == WatchedKind.all.count)
    let kubernetes = try await KubernetesSandbox.start()
    do {
      for definition in definitions {
        try await kubernetes.put(definition)
        #expect(definition[["metadata", "annotations", "helm.sh/resource-policy"]] == "keep")
      }
    } catch {
      await kubernetes.shutdown()
      throw error
    }
    await kubernetes.shutdown()
  }

  struct Installation: Sendable, CustomTestStringConvertible {
    let policy: String
    let enabled: Bool
    let present: Bool
    let installs: Bool

    var testDescription: String { "\(policy), enabled: \(enabled), present: \(present)" }
  }

  @Test(arguments: [
    Installation(policy: "dynamic", enabled: true, present: false, installs: true),
    Installation(policy: "dynamic", enabled: false, present: true, installs: true),
    Installation(policy: "dynamic", enabled: false, present: false, installs: false),
    Installation(policy: "always", enabled: false, present: false, installs: true),
    Installation(policy: "never", enabled: true, present: true, installs: false),
  ])
  func definitionsFollowThePolicy(_ installation: Installation) throws {
    var chart = Chart.standalone([
      "installCRDs": .string(installation.policy), "enabled": .bool(installation.enabled),
    ])
    if installation.present {
      chart.cluster = [
        "apiextensions.k8s.io/v1/CustomResourceDefinition//teleportroles.resources.teleport.dev"
      ]
    }
    #expect(try chart.objects("CustomResourceDefinition").isEmpty != installation.installs)
  }

  /// Values, and what the refusal names.
  static let bad: [(JSONValue, String)] = [
    ([:], "teleportAddress"),
    (["teleportAddress": "auth:3025"], "caPins"),
    (Chart.standalone.merging(["teleportAddress": "proxy:443"]), "looks like a proxy"),
    (Chart.standalone.merging(["teleportAddress": "https://auth"]), "teleportAddress"),
    (Chart.standalone.merging(["caPins": ["sha256:12"]]), "caPins.0"),
    (Chart.standalone.merging(["namespaces": ["a", "*"]]), "namespaces"),
    (Chart.standalone.merging(["adopt": "Sometimes"]), "adopt"),
    (Chart.standalone.merging(["teleportClusterName": "x"]), "teleportClusterName"),
    (Chart.standalone.merging(["highAvailability": ["replicaCount": "two"]]), "replicaCount"),
    (["mode": "sidecar"], "serviceAccount.name"),
    (Chart.sidecar.merging(["networkPolicy": ["enabled": true]]), "networkPolicy.enabled"),
  ]

  @Test(arguments: bad) func badValuesAreNamed(_ values: JSONValue, _ name: String) throws {
    #expect(try Chart(values: values).refusal().contains(name))
  }

  @Test func aBudgetIsForSeveral() throws {
    #expect(try Chart.standalone([:]).objects("PodDisruptionBudget").isEmpty)
    let several = Chart.standalone(["highAvailability": ["replicaCount": 2]])
    #expect(try several.objects("PodDisruptionBudget").count == 1)
  }

  @Test func notesSayHowToJoin() throws {
    let notes = try Chart.standalone([:]).notes()
    #expect(notes.contains("service_account: teleport:op-teleport-operator"))
    #expect(notes.contains("--token=teleport-operator"))
    #expect(try Chart(values: Chart.sidecar).notes().contains("teleport-cluster-values.yaml"))
  }

  /// All that the chart is made of is in it, and what is not its own is the repository's.
  @Test func theKustomizeBaseIsTheSame() throws {
    let made = try ProgramResult.of(
      Repository.root.appendingPathComponent("Scripts/generate-kustomize").path, [])
    #expect(made.status == 0, "\(made.errors)")
    #expect(try made.output == Repository.text("deploy/kustomize/base/operator.yaml"))
    let listed = try JSONValue(yaml: Repository.text("deploy/crds/kustomization.yaml"))["resources"]
    let files = try Repository.files(under: "deploy/crds").filter { $0 != "kustomization.yaml" }
    #expect(listed?.array?.compactMap(\.string) == files)
  }
}
