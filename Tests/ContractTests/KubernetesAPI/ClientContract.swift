import Documents
import Kubernetes
import Testing

/// The parts of the client that the controller is built on, end to end.
@Suite("kube-apiserver contract: reflector, elector and recorder")
struct ClientContract {
  private struct Done: Error {}

  private actor Seen {
    var mirror = ObjectMirror()
    var changes: [String] = []

    func take(_ event: ReflectorEvent) {
      for change in mirror.apply(event) {
        switch change {
        case .applied(let object, let previous):
          changes.append("\(previous == nil ? "new" : "changed") \(object.metadata.name)")
        case .deleted(let last): changes.append("gone \(last.metadata.name)")
        }
      }
    }
  }

  @Test(
    "a reflector mirrors a resource from before its definition on", arguments: KubernetesTarget.all)
  func reflector(target: KubernetesTarget) async throws {
    try await withSession(target, definition: false) { session in
      let client = session.client
      let (states, state) = AsyncStream<ReflectorState>.makeStream()
      var options = Reflector.Options()
      options.pageSize = 2
      options.retrySlowly(every: .milliseconds(100))
      let seen = Seen()
      let reflector = Reflector(
        client, session.widgets, namespace: session.namespace, options: options,
        stateChanged: { state.yield($0) })
      do {
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask {
            try await reflector.run { event in
              await seen.take(event)
              if case .deleted(let object) = event, object.metadata.name == "c" { throw Done() }
            }
          }
          var changes = states.makeAsyncIterator()
          #expect(await changes.next() == .notServed)
          try await session.define()
          for name in ["a", "b", "c"] {
            _ = try await client.create(session.widgets, session.widget(name))
          }
          // A server whose storage for the new kind is still starting may first ask for patience.
          while let state = await changes.next(), state != .live {}
          _ = try await client.mergePatch(
            session.widgets, session.key("a"), ["spec": ["title": "x"]])
          try await client.delete(session.widgets, session.key("c"))
          try await group.waitForAll()
        }
      } catch is Done {}
      #expect(await seen.mirror.isSynced)
      #expect(await Set(seen.mirror.keys.map(\.name)) == ["a", "b"])
      #expect(await seen.mirror[session.key("a")]?.spec == ["title": "x"])
      #expect(await seen.changes.last == "gone c")
    }
  }

  @Test("a lease that is given back is taken over", arguments: KubernetesTarget.all)
  func takeover(target: KubernetesTarget) async throws {
    try await withSession(target, definition: false) { session in
      let (order, noted) = AsyncStream<String>.makeStream()
      let electors = try ["first", "second"].map { name in
        LeaseElector(
          session.client,
          options: try LeaseOptions(
            key: session.key("lock"), identity: name, retryPeriod: .milliseconds(200)),
          stateChanged: { state in
            if case .standby(let holder) = state { noted.yield("\(name) waits for \(holder)") }
          })
      }
      try await withThrowingTaskGroup(of: Void.self) { group in
        let first = Task {
          try await electors[0].run {
            noted.yield("first leads")
            try await Task.sleep(for: .seconds(600))
          }
        }
        var notes = order.makeAsyncIterator()
        #expect(await notes.next() == "first leads")
        #expect(electors[0].fence.holds(for: .seconds(10)))
        group.addTask { [elector = electors[1]] in
          try await elector.run { noted.yield("second leads") }
        }
        #expect(await notes.next() == "second waits for first")
        first.cancel()
        #expect(await notes.next() == "second leads")
        #expect(!electors[0].fence.holds())
        try await group.waitForAll()
      }
      let lease = try await session.client.get(.leases, session.key("lock"))
      let record = LeaseRecord(spec: lease.spec)
      #expect(record.holder == "")
      #expect(record.transitions == 1)
    }
  }

  @Test("notes about an object become one event that counts", arguments: KubernetesTarget.all)
  func recorder(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let client = session.client
      let widget = try await client.create(session.widgets, session.widget("one"))
      let recorder = EventRecorder(client, component: "contract")
      let note = EventNote(.warning, "Refused", "It cannot be.", about: .init(widget))
      let list = try await client.list(.events, namespace: session.namespace)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await recorder.run() }
        group.addTask {
          _ = try await client.watch(
            .events, namespace: session.namespace, from: list.resourceVersion, seconds: 30,
            silence: .seconds(30)
          ) { event in
            guard let object = event.object else { return }
            if object.body["count"] == 1 { recorder.record(note) }
            if object.body["count"] == 2 { throw Done() }
          }
          Issue.record("the event never counted to two")
        }
        recorder.record(note)
        do {
          while try await group.next() != nil {}
        } catch is Done {
          group.cancelAll()
        }
      }
      let events = try await client.list(
        .events, namespace: session.namespace,
        selector: ObjectSelector(fields: "involvedObject.uid=\(widget.metadata.uid)"))
      #expect(events.items.count == 1)
      #expect(events.items.first?.body["reason"] == "Refused")
      #expect(events.items.first?.body["type"] == "Warning")
    }
  }
}
