import Documents
import Testing

@testable import Kubernetes

@Suite("errors")
struct KubernetesErrorTests {
  private func failure(
    _ code: Int, _ body: String, of resource: GroupVersionResource = .widgets
  ) async -> KubernetesError? {
    let client = KubernetesClient.scripted(ScriptedTransport(.json(code, body)))
    return await #expect(throws: KubernetesError.self) {
      try await client.jsonPatch(resource, ObjectKey("a", namespace: "ns"), JSONPatch())
    }
  }

  @Test(arguments: [
    (404, "NotFound", #"{"name":"a","kind":"widgets"}"#, KubernetesError.Code.notFound),
    (404, "NotFound", "{}", .notServed),
    (409, "AlreadyExists", "{}", .alreadyExists), (409, "Conflict", "{}", .conflict),
    (422, "Invalid", #"{"name":"a","causes":[{"field":"spec"}]}"#, .invalid),
    (422, "Invalid", "{}", .conflict), (400, "BadRequest", "{}", .badRequest),
    (401, "Unauthorized", "{}", .unauthorized), (403, "Forbidden", "{}", .forbidden),
    (410, "Expired", "{}", .gone), (410, "Gone", "{}", .gone),
    (504, "Timeout", "{}", .timeout), (500, "ServerTimeout", "{}", .timeout),
    (500, "InternalError", "{}", .internalError),
    (405, "MethodNotAllowed", "{}", .methodNotAllowed),
    (415, "UnsupportedMediaType", "{}", .unsupportedMediaType),
    (413, "RequestEntityTooLarge", "{}", .tooLarge), (418, "Teapot", "{}", .unexpected),
  ])
  func everyReasonHasACode(
    http: Int, reason: String, details: String, code: KubernetesError.Code
  ) async {
    let error = await failure(http, status(http, reason, "Because.", details: details))
    #expect(error?.code == code)
    #expect(error?.httpStatus == http)
    #expect(error?.message == "Because.")
  }

  @Test(arguments: [
    (404, KubernetesError.Code.notServed), (403, .forbidden), (302, .unexpected),
    (500, .internalError),
  ])
  func anAnswerThatIsNoStatusHasACodeToo(http: Int, code: KubernetesError.Code) async {
    let error = await failure(http, "404 page not found")
    #expect(error?.code == code)
    #expect(error?.message == "the server answered \(http)")
  }

  @Test func causesAreKept() async {
    let details =
      #"{"name":"a","causes":[{"reason":"FieldValueInvalid","message":"m","field":"spec.size"}]}"#
    let error = await failure(422, status(422, "Invalid", details: details))
    #expect(error?.causes == [.init(reason: "FieldValueInvalid", message: "m", field: "spec.size")])
  }

  @Test func whatTheServerSaysOfASecretIsLeftOut() async {
    let details =
      #"{"name":"a","causes":[{"reason":"FieldValueInvalid","message":"hunter2","field":"data"}]}"#
    let body = status(422, "Invalid", "data: hunter2 is wrong", details: details)
    let error = await failure(422, body, of: .secrets)
    #expect(error?.code == .invalid)
    #expect(error?.causes.map(\.field) == ["data"])
    #expect(
      error.map { "\($0)".contains("hunter2") || "\($0.causes)".contains("hunter2") } == false)
  }

  @Test func aDescriptionSaysWhatAndWhere() async {
    let error = await failure(404, status(404, "NotFound", "none", details: #"{"name":"a"}"#))
    #expect(
      error?.description
        == "PATCH /apis/example.test/v1/namespaces/ns/widgets/a: notFound 404: none")
  }

  @Test func gatewaysDoNotKnowWhatTheServerDid() async {
    #expect(await failure(502, "bad gateway")?.effect == .unknown)
    #expect(await failure(503, "unavailable")?.effect == KubernetesError.Effect.none)
  }
}
