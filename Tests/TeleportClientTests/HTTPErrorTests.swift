import FoundationEssentials
import Testing

@testable import TeleportClient

/// Answers of the HTTP interface that servers up to 14 have.
@Suite struct HTTPErrorTests {
  private func error(_ status: Int, _ body: String) -> TeleportError {
    TeleportError(httpStatus: status, body: Data(body.utf8), operation: "POST /v2/x")
  }

  @Test(arguments: [
    (400, TeleportError.Code.invalidArgument), (401, .permissionDenied), (403, .permissionDenied),
    (404, .notFound), (409, .alreadyExists), (412, .revisionConflict), (429, .limitExceeded),
    (500, .refused), (501, .unimplemented), (504, .unreachable),
  ])
  func everyStatusHasItsMeaning(status: Int, code: TeleportError.Code) {
    let error = error(status, #"{"error": {"message": "told so"}}"#)
    #expect(error.code == code)
    #expect(error.detail == "told so")
    #expect(error.operation == "POST /v2/x")
    #expect(self.error(status, #"{"message": "told so"}"#).detail == "told so")
  }

  @Test func aPathThatTheServerDoesNotKnowIsNoMissingResource() {
    #expect(error(404, "404 page not found\n").code == .unimplemented)
    #expect(error(405, "Method Not Allowed\n").code == .unimplemented)
    #expect(error(404, #"{"error": {"message": "key \"/x\" is not found"}}"#).code == .notFound)
    let gone = error(
      404, #"{"error": {"message": "user \"x\" not found"}, "messages": ["access denied"]}"#)
    #expect(gone.code == .permissionDenied)
    #expect(gone.detail == #"access denied: user "x" not found"#)
  }

  @Test func aLockIsReadHereToo() {
    let error = error(
      403, #"{"error": {"message": "lock targeting User:\"bot-x\" is in force"}}"#)
    #expect(error.code == .locked)
    #expect(error.detail == #"lock targeting User:"bot-x" is in force"#)
  }

  @Test func secretsInAnAnswerAreNotShown() {
    let token = "f7f2bb5a5ab5ba1b5c50c1f9bd2cd5f1"
    #expect(error(403, #"{"error": {"message": "no token \#(token)"}}"#).detail == "no token ***")
    // What is no error of Teleport's is not shown at all.
    #expect(error(502, "<html>\(token)</html>").detail == "HTTP status 502")
  }

  @Test func aSegmentOfAPathCannotLeaveIt() {
    #expect(pathSegment("main.example-1_~") == "main.example-1_~")
    #expect(pathSegment("../v1?a=b#c/d e%é") == "..%2Fv1%3Fa%3Db%23c%2Fd%20e%25%C3%A9")
  }
}
