import Documents
import KubernetesSandbox
import Testing

/// What people type, against the stand-in.
@Suite(
  .enabled(
    if: KubernetesAPICommand.find("kubectl") != nil,
    "kubectl is not on PATH; install it to run this"))
struct KubernetesAPIKubectlTests {
  private func manifest(size: Int, extra: String = "") -> String {
    """
    apiVersion: example.com/v1
    kind: Widget
    metadata:
      name: one
    spec:
      size: \(size)
    \(extra)
    """
  }

  @Test func appliesFromTheClient() async throws {
    try await KubernetesAPITestServer.run { server in
      func apply(_ text: String) async -> String {
        await server.kubectl("apply", "-f", "-", input: text)
      }
      #expect(await apply(manifest(size: 3)) == "widget.example.com/one created\n")
      #expect(await apply(manifest(size: 3)) == "widget.example.com/one unchanged\n")
      #expect(await apply(manifest(size: 4)) == "widget.example.com/one configured\n")
      let object = try #require(try await server.sandbox.get("widgets", "one"))
      #expect(object[["spec", "size"]] == 4)
      #expect(object[["metadata", "generation"]] == 2)
      let unknown = await apply(manifest(size: 4, extra: "  foo: 1"))
      #expect(unknown.contains("strict decoding error: unknown field \"spec.foo\""))
      #expect(unknown.hasSuffix("exit 1"))
      let invalid = await apply(manifest(size: 40))
      #expect(invalid.contains("spec.size in body should be less than or equal to 10"))
    }
  }

  @Test func appliesOnTheServer() async throws {
    try await KubernetesAPITestServer.run { server in
      func apply(_ size: Int, _ manager: String) async -> String {
        await server.kubectl(
          "apply", "--server-side", "--field-manager", manager, "-f", "-",
          input: manifest(size: size))
      }
      #expect(await apply(3, "kubectl") == "widget.example.com/one serverside-applied\n")
      let conflict = await apply(4, "other")
      #expect(
        conflict.contains(
          "Apply failed with 1 conflict: conflict with \"kubectl\": .spec.size"))
    }
  }

  @Test func getsInEveryForm() async throws {
    try await KubernetesAPITestServer.run { server in
      try await server.sandbox.put(Widgets.widget("one"))
      let status: JSONValue = [
        "status": ["conditions": [["type": "Ready", "status": "True"]]]
      ]
      try await server.sandbox.patch("widgets", "one", status: true, with: status)
      let rows = await server.kubectl("get", "widgets.v1.example.com").split(separator: "\n")
      #expect(rows.first?.split(separator: " ") == ["NAME", "SIZE", "READY", "AGE"])
      #expect(rows.last?.split(separator: " ").prefix(3) == ["one", "3", "True"])
      #expect(await server.kubectl("get", "wd", "-o", "name") == "widget.example.com/one\n")
      let json = try JSONValue(
        json: Array(await server.kubectl("get", "wd", "one", "-o", "json").utf8))
      #expect(json[["spec", "size"]] == 3)
      #expect(json[["metadata", "managedFields"]] == nil)
      let yaml = try JSONValue(yaml: await server.kubectl("get", "wd", "one", "-o", "yaml"))
      #expect(yaml == json)
      let described = await server.kubectl("describe", "wd", "one")
      #expect(described.contains("Size:    3") && described.contains("Events:"))
      let resources = await server.kubectl("api-resources", "--api-group=example.com")
      #expect(resources.contains("widgets") && resources.contains("wd"))
      let missing = await server.kubectl("get", "wd", "two")
      #expect(
        missing.contains("Error from server (NotFound): widgets.example.com \"two\" not found"))
    }
  }

  @Test func waitsForConditionsAndDeletion() async throws {
    try await KubernetesAPITestServer.run { server in
      try await server.sandbox.put(
        Widgets.widget("one", metadata: ["finalizers": ["x.y/z"]]))
      async let ready = server.kubectl(
        "wait", "--for=condition=Ready", "wd/one", "--timeout=15s")
      try await server.sandbox.waitForWatches(of: "widgets")
      let status: JSONValue = [
        "status": ["conditions": [["type": "Ready", "status": "True"]]]
      ]
      try await server.sandbox.patch("widgets", "one", status: true, with: status)
      #expect(await ready == "widget.example.com/one condition met\n")
      let path = "--for=jsonpath={.spec.size}=3"
      #expect(
        await server.kubectl("wait", path, "wd/one", "--timeout=15s")
          == "widget.example.com/one condition met\n")

      async let gone = server.kubectl("wait", "--for=delete", "wd/one", "--timeout=15s")
      #expect(
        await server.kubectl("delete", "wd", "one", "--wait=false")
          == "widget.example.com \"one\" deleted\n")
      try await server.sandbox.patch(
        "widgets", "one", with: ["metadata": ["finalizers": .null]])
      // Whether the watch or the first look finds it gone is a matter of timing.
      #expect(["widget.example.com/one condition met\n", ""].contains(await gone))
      #expect(try await server.sandbox.get("widgets", "one") == nil)
    }
  }

  @Test func editsPatchesAndDeletes() async throws {
    try await KubernetesAPITestServer.run { server in
      try await server.sandbox.put(Widgets.widget("one"))
      let edited = await server.kubectl(
        "edit", "widgets.v1.example.com", "one",
        environment: ["EDITOR": "sed -i s/size:.3/size:\\ 7/"])
      #expect(edited == "widget.example.com/one edited\n")
      #expect(try await server.sandbox.get("widgets", "one")?[["spec", "size"]] == 7)
      _ = await server.kubectl(
        "patch", "wd", "one", "--type=json", "-p",
        "[{\"op\":\"replace\",\"path\":\"/spec/size\",\"value\":8}]")
      #expect(try await server.sandbox.get("widgets", "one")?[["spec", "size"]] == 8)
      #expect(
        await server.kubectl("delete", "wd", "one") == "widget.example.com \"one\" deleted\n")
      #expect(try await server.sandbox.list("widgets").isEmpty)
    }
  }

  @Test func createsBuiltInsAndExplains() async throws {
    try await KubernetesAPITestServer.run { server in
      #expect(await server.kubectl("create", "namespace", "team") == "namespace/team created\n")
      #expect(
        await server.kubectl("create", "secret", "generic", "s", "--from-literal=a=b", "-n", "team")
          == "secret/s created\n")
      let secret = try await server.sandbox.get("secrets", "s", namespace: "team")
      #expect(secret?["data"] == ["a": "Yg=="])
      #expect(await server.kubectl("auth", "can-i", "get", "secrets") == "yes\n")
      let text = await server.kubectl("explain", "wd.spec.size", "--api-version=example.com/v1")
      #expect(text.contains("FIELD: size <integer>"))
      #expect(
        await server.kubectl("delete", "namespace", "team") == "namespace \"team\" deleted\n")
      #expect(try await server.sandbox.get("secrets", "s", namespace: "team") == nil)
    }
  }
}
