import Documents
import Kubernetes
import Testing

@Suite("kube-apiserver contract: watches")
struct WatchContract {
  @Test("a watch tells every change since a list, in order", arguments: KubernetesTarget.all)
  func changes(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let (client, widgets) = (session.client, session.widgets)
      _ = try await client.create(widgets, session.widget("before"))
      let list = try await client.list(widgets, namespace: session.namespace)
      _ = try await client.create(widgets, session.widget("one"))
      _ = try await client.mergePatch(widgets, session.key("one"), ["spec": ["title": "two"]])
      _ = try await client.mergePatch(
        widgets, session.key("one"), ["status": ["phase": "ok"]], subresource: "status")
      try await client.delete(widgets, session.key("one"))
      let events = try await session.events(from: list.resourceVersion) {
        $0.summary == "DELETED one"
      }.filter { !$0.isBookmark }
      #expect(
        events.map(\.summary) == ["ADDED one", "MODIFIED one", "MODIFIED one", "DELETED one"])
      let last = try #require(events.last?.object)
      // The last state, at the version of the deletion.
      #expect(last.spec == ["title": "two"])
      #expect(last.status == ["phase": "ok"])
      #expect(Set(events.map(\.resourceVersion)).count == 4)
    }
  }

  @Test("a watch goes on from any event's version", arguments: KubernetesTarget.all)
  func resumed(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let (client, widgets) = (session.client, session.widgets)
      _ = try await client.create(widgets, session.widget("a"))
      let b = try await client.create(widgets, session.widget("b"))
      _ = try await client.create(widgets, session.widget("c"))
      let events = try await session.events(from: b.metadata.resourceVersion) {
        $0.summary == "ADDED c"
      }
      #expect(events.filter { !$0.isBookmark }.map(\.summary) == ["ADDED c"])
    }
  }

  @Test("a write that changes nothing is not told", arguments: KubernetesTarget.all)
  func silentWrites(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let (client, widgets) = (session.client, session.widgets)
      let created = try await client.create(widgets, session.widget("one"))
      _ = try await client.mergePatch(widgets, session.key("one"), ["spec": ["title": "one"]])
      _ = try await client.create(widgets, session.widget("two"))
      let events = try await session.events(from: created.metadata.resourceVersion) {
        $0.summary == "ADDED two"
      }
      #expect(events.filter { !$0.isBookmark }.map(\.summary) == ["ADDED two"])
    }
  }

  @Test("removing the last finalizer is told as the deletion", arguments: KubernetesTarget.all)
  func finalizers(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let (client, widgets, key) = (session.client, session.widgets, session.key("one"))
      let created = try await client.create(
        widgets, session.widget("one", finalizers: ["contract.test/hold"]))
      try await client.delete(widgets, key)
      let patch = try #require(
        FinalizerPatch.removing("contract.test/hold", from: created.metadata))
      _ = try await client.jsonPatch(widgets, key, patch)
      let events = try await session.events(from: created.metadata.resourceVersion) {
        $0.summary == "DELETED one"
      }.filter { !$0.isBookmark }
      #expect(events.map(\.summary) == ["MODIFIED one", "DELETED one"])
      #expect(events.first?.object?.metadata.isBeingDeleted == true)
      #expect(events.last?.object?.metadata.uid == created.metadata.uid)
    }
  }

  @Test("the server closes a watch in time, after a bookmark", arguments: KubernetesTarget.all)
  func bookmark(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let (client, widgets) = (session.client, session.widgets)
      let list = try await client.list(widgets, namespace: session.namespace)
      // A server has bookmarks to send once it has seen a change go by.
      let (events, version) = try await session.eventsOfClosedWatch(
        from: list.resourceVersion, seconds: 6
      ) { _ = try await client.create(widgets, session.widget("one")) }
      #expect(events.first == "ADDED one")
      #expect(events.last == "BOOKMARK")
      // A bookmark is a place to go on from.
      _ = try await client.create(widgets, session.widget("two"))
      let next = try await session.events(from: version) { $0.summary == "ADDED two" }
      #expect(next.filter { !$0.isBookmark }.map(\.summary) == ["ADDED two"])
    }
  }

  @Test(
    "a version that is too old is an error within the stream", arguments: KubernetesTarget.forgetful
  )
  func tooOld(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      _ = try await session.client.create(session.widgets, session.widget("one"))
      try await target.compact?()
      let path = "/apis/\(session.group)/v1/namespaces/\(session.namespace)/widgets"
      let body = try await session.client.call(
        APIRequest(
          .get, path,
          query: [("watch", "1"), ("resourceVersion", "1"), ("allowWatchBookmarks", "true")]))
      let line = try #require(body.split(separator: UInt8(ascii: "\n")).first)
      let event = try JSONValue(json: line)
      #expect(event["type"] == "ERROR")
      #expect(event[["object", "kind"]] == "Status")
      #expect(event[["object", "code"]] == 410)
      #expect(event[["object", "reason"]] == "Expired")
      let error = await #expect(throws: KubernetesError.self) {
        try await session.events(from: "1") { _ in true }
      }
      #expect(error?.code == .gone)
    }
  }

  @Test("a watch sees its namespace and its labels only", arguments: KubernetesTarget.all)
  func selected(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let (client, widgets) = (session.client, session.widgets)
      let list = try await client.list(widgets, namespace: session.namespace)
      _ = try await client.create(widgets, session.widget("a"))
      _ = try await client.create(widgets, session.widget("b", labels: ["x": "1"]))
      _ = try await client.mergePatch(
        widgets, session.key("b"), ["metadata": ["labels": ["x": .null]]])
      let seen = Seen()
      _ = try await client.watch(
        widgets, namespace: session.namespace, selector: ObjectSelector(labels: "x"),
        from: list.resourceVersion, seconds: 2, silence: .seconds(30)
      ) { if !$0.isBookmark { await seen.add($0.summary) } }
      // An object that no longer matches is gone, as far as the watch goes.
      #expect(await seen.summaries == ["ADDED b", "DELETED b"])
    }
  }

  private actor Seen {
    var summaries: [String] = []
    func add(_ summary: String) { summaries.append(summary) }
  }
}
