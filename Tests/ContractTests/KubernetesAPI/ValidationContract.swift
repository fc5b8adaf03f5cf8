import Documents
import Kubernetes
import Testing

@Suite("kube-apiserver contract: validation")
struct ValidationContract {
  @Test("fields that the schema does not know are left out", arguments: KubernetesTarget.all)
  func pruning(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let spec: JSONValue = ["title": "one", "unknown": 1, "free": ["any": ["thing": true]]]
      let created = try await session.client.create(
        session.widgets, session.widget("one", spec))
      #expect(created.spec == ["title": "one", "free": ["any": ["thing": true]]])
    }
  }

  @Test("a value against the schema is refused, naming the field", arguments: KubernetesTarget.all)
  func refused(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let bad: [(spec: JSONValue, field: String)] = [
        (["size": "three"], "spec.size"), (["size": -1], "spec.size"),
        (["color": "blue"], "spec.color"), (["tags": ["a", 1]], "spec.tags[1]"),
        (["title": "far more than twenty letters"], "spec.title"),
      ]
      for (spec, field) in bad {
        let error = await #expect(throws: KubernetesError.self, "\(spec)") {
          try await session.client.create(session.widgets, session.widget("one", spec))
        }
        #expect(error?.code == .invalid, "\(spec)")
        #expect(error?.httpStatus == 422, "\(spec)")
        #expect(error?.causes.map(\.field) == [field], "\(spec)")
        #expect(error?.message.contains(field) == true, "\(spec)")
      }
    }
  }

  @Test("a name that is none is refused", arguments: KubernetesTarget.all)
  func names(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let error = await #expect(throws: KubernetesError.self) {
        try await session.client.create(session.widgets, session.widget("Not_A_Name"))
      }
      #expect(error?.code == .invalid)
      #expect(error?.causes.map(\.field) == ["metadata.name"])
    }
  }

  @Test("a body that is no object is a bad request", arguments: KubernetesTarget.all)
  func malformed(target: KubernetesTarget) async throws {
    try await withSession(target) { session in
      let path = "/apis/\(session.group)/v1/namespaces/\(session.namespace)/widgets"
      for body in [
        "{", "[]", #"{"apiVersion":"other/v1","kind":"Widget","metadata":{"name":"a"}}"#,
      ] {
        let error = await #expect(throws: KubernetesError.self, "\(body)") {
          try await session.client.call(APIRequest(.post, path, body: .init(body.utf8)))
        }
        #expect(error?.code == .badRequest, "\(body)")
      }
    }
  }
}
