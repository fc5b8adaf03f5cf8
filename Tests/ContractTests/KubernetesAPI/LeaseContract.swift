import Documents
import Kubernetes
import Testing

@Suite("kube-apiserver contract: leases and events")
struct LeaseContract {
  private func lease(_ session: ContractSession, renewTime: String) -> KubernetesObject {
    KubernetesObject(
      apiVersion: "coordination.k8s.io/v1", kind: "Lease",
      metadata: ObjectMeta(name: "one", namespace: session.namespace),
      spec: [
        "holderIdentity": "me", "leaseDurationSeconds": 15, "leaseTransitions": 0,
        "acquireTime": .string(renewTime), "renewTime": .string(renewTime),
      ])
  }

  @Test("a lease keeps microseconds", arguments: KubernetesTarget.all)
  func microTime(target: KubernetesTarget) async throws {
    try await withSession(target, definition: false) { session in
      let time = "2026-01-02T03:04:05.123456Z"
      _ = try await session.client.create(.leases, lease(session, renewTime: time))
      let read = try await session.client.get(.leases, session.key("one"))
      #expect(read.spec["renewTime"] == .string(time))
      #expect(LeaseRecord(spec: read.spec).holder == "me")
    }
  }

  @Test("a time without microseconds is refused", arguments: KubernetesTarget.all)
  func wholeSeconds(target: KubernetesTarget) async throws {
    try await withSession(target, definition: false) { session in
      let error = await #expect(throws: KubernetesError.self) {
        try await session.client.create(
          .leases, lease(session, renewTime: "2026-01-02T03:04:05Z"))
      }
      #expect(error?.code == .badRequest)
    }
  }

  @Test("of two who take a lease one wins", arguments: KubernetesTarget.all)
  func contention(target: KubernetesTarget) async throws {
    try await withSession(target, definition: false) { session in
      let client = session.client
      let time = "2026-01-02T03:04:05.000000Z"
      let first = try await client.create(.leases, lease(session, renewTime: time))
      let second = await #expect(throws: KubernetesError.self) {
        try await client.create(.leases, lease(session, renewTime: time))
      }
      #expect(second?.code == .alreadyExists)
      var free = first
      free.spec["holderIdentity"] = ""
      free.spec["leaseDurationSeconds"] = 1
      let released = try await client.replace(.leases, free)
      #expect(released.spec["holderIdentity"] == "")
      let late = await #expect(throws: KubernetesError.self) {
        try await client.replace(.leases, first)
      }
      #expect(late?.code == .conflict)
    }
  }

  @Test("an event counts, and is found by its object", arguments: KubernetesTarget.all)
  func events(target: KubernetesTarget) async throws {
    try await withSession(target, definition: false) { session in
      let client = session.client
      let event = KubernetesObject(
        apiVersion: "v1", kind: "Event",
        metadata: ObjectMeta(name: "one.1", namespace: session.namespace),
        body: [
          "involvedObject": [
            "kind": "Widget", "name": "one", "namespace": .string(session.namespace), "uid": "u",
          ],
          "type": "Normal", "reason": "Done", "message": "It is done.", "count": 1,
          "firstTimestamp": "2026-01-02T03:04:05Z", "lastTimestamp": "2026-01-02T03:04:05Z",
          "source": ["component": "contract"], "reportingComponent": "contract",
        ])
      _ = try await client.create(.events, event)
      let patched = try await client.mergePatch(
        .events, session.key("one.1"), ["count": 2, "lastTimestamp": "2026-01-02T03:04:06Z"])
      #expect(patched.body["count"] == 2)
      let found = try await client.list(
        .events, namespace: session.namespace,
        selector: ObjectSelector(fields: "involvedObject.name=one,involvedObject.uid=u"))
      #expect(found.items.map(\.metadata.name) == ["one.1"])
      #expect(found.items.first?.kind == "Event")
      let none = try await client.list(
        .events, namespace: session.namespace,
        selector: ObjectSelector(fields: "involvedObject.name=two"))
      #expect(none.items.isEmpty)
    }
  }
}
