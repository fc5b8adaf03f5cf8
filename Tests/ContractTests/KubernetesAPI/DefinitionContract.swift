import Documents
import Kubernetes
import Testing

@Suite("kube-apiserver contract: definitions and discovery")
struct DefinitionContract {
  @Test("a definition becomes Established and its kind is served", arguments: KubernetesTarget.all)
  func established(target: KubernetesTarget) async throws {
    try await withSession(target, definition: false) { session in
      let before = await #expect(throws: KubernetesError.self) {
        try await session.client.page(session.widgets, namespace: session.namespace)
      }
      #expect(before?.code == .notServed)
      #expect(before?.httpStatus == 404)
      try await session.define()
      let definition = try await session.client.get(
        .customResourceDefinitions, ObjectKey("widgets.\(session.group)"))
      #expect(definition.isEstablished)
    }
  }

  @Test("applying a definition again changes nothing", arguments: KubernetesTarget.all)
  func appliedTwice(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let key = ObjectKey("widgets.\(session.group)")
      let first = try await session.client.get(.customResourceDefinitions, key)
      let second = try await session.client.apply(
        .customResourceDefinitions, session.definition, manager: "contract")
      #expect(second.metadata.generation == first.metadata.generation)
      #expect(second.spec == first.spec)
    }
  }

  @Test("discovery lists the resource with its status", arguments: KubernetesTarget.all)
  func discovery(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      // Discovery comes a moment later than the paths themselves.
      let resources = try await session.whenServed {
        try await session.client.resources(group: session.group, version: "v1")
      }
      let widgets = try #require(resources.first { $0.name == "widgets" })
      #expect(widgets.kind == "Widget")
      #expect(widgets.namespaced)
      #expect(
        Set(widgets.verbs).isSuperset(of: ["get", "list", "watch", "create", "patch", "delete"]))
      #expect(resources.contains { $0.name == "widgets/status" })
    }
  }

  @Test(
    "a group that nobody serves is told from an object that is missing",
    arguments: KubernetesTarget.all)
  func notServed(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let client = session.client
      let group = await #expect(throws: KubernetesError.self) {
        try await client.resources(group: "no-such-group.contract.test", version: "v1")
      }
      #expect(group?.code == .notServed)
      let version = await #expect(throws: KubernetesError.self) {
        var other = session.widgets
        other.version = "v9"
        return try await client.page(other, namespace: session.namespace)
      }
      #expect(version?.code == .notServed)
      let resource = await #expect(throws: KubernetesError.self) {
        var other = session.widgets
        other.resource = "gadgets"
        return try await client.get(other, session.key("one"))
      }
      #expect(resource?.code == .notServed)
      let object = await #expect(throws: KubernetesError.self) {
        try await client.get(session.widgets, session.key("one"))
      }
      #expect(object?.code == .notFound)
    }
  }

  @Test(
    "a definition that is deleted is no longer served, and ends its watches",
    arguments: KubernetesTarget.all)
  func deletedDefinition(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let client = session.client
      let list = try await client.list(session.widgets, namespace: session.namespace)
      // Whether it is closed or fails, it must not go on as if nothing had happened.
      let end = try? await client.watch(
        session.widgets, namespace: session.namespace, from: list.resourceVersion, seconds: 600,
        silence: .seconds(30),
        opened: {
          _ = try? await client.delete(
            .customResourceDefinitions, ObjectKey("widgets.\(session.group)"))
        }, { _ in })
      #expect(end != .silent)
      let gone = await #expect(throws: KubernetesError.self) {
        try await client.page(session.widgets, namespace: session.namespace)
      }
      #expect(gone?.code == .notServed)
    }
  }
}
