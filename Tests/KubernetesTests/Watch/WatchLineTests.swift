import NIOCore
import Testing

@testable import Kubernetes

@Suite("lines of a watch")
struct WatchLineTests {
  private func event(_ line: String) throws(KubernetesError) -> WatchEvent? {
    try WatchLine.event(from: ByteBuffer(string: line), request: APIRequest(.get, "/x"))
  }

  @Test func everyKindOfLineIsRead() throws {
    let object = #"{"apiVersion":"v1","kind":"W","metadata":{"name":"a","resourceVersion":"5"}}"#
    guard case .added(let added) = try event(#"{"type":"ADDED","object":\#(object)}"#),
      case .modified = try event(#"{"object":\#(object),"type":"MODIFIED"}"#),
      case .deleted = try event(#"{"type":"DELETED","object":\#(object)}"#),
      case .bookmark("5") = try event(#"{"type":"BOOKMARK","object":\#(object)}"#)
    else {
      Issue.record("a line was read as something else")
      return
    }
    #expect(added.metadata.name == "a")
    #expect(try event(#"{"type":"FUTURE","object":{"x":1}}"#) == nil)
  }

  @Test func anErrorIsNeverTakenForAnObject() {
    let gone = #"{"type":"ERROR","object":\#(status(410, "Expired", "too old resource version"))}"#
    #expect(throws: KubernetesError.self) { try event(gone) }
    do {
      _ = try event(gone)
    } catch {
      #expect(error.code == .gone)
      #expect(error.message == "too old resource version")
    }
  }

  @Test(arguments: ["", "{", "[]", "{}", #"{"type":"ADDED"}"#, #"{"type":3,"object":{}}"#])
  func aLineThatIsNoneIsAnError(line: String) {
    let error = #expect(throws: KubernetesError.self) { try event(line) }
    #expect(error?.code == .malformedResponse)
  }

  /// Wherever the network cuts, the lines are the same.
  @Test func linesDoNotDependOnChunks() throws {
    let text = "one\n\ntwo\nthree is longer\nrest"
    let bytes = Array(text.utf8)
    for size in 1...bytes.count {
      var splitter = LineSplitter(limit: 100)
      var lines: [String] = []
      for start in stride(from: 0, to: bytes.count, by: size) {
        splitter.append(ByteBuffer(bytes: bytes[start..<min(start + size, bytes.count)]))
        while let line = try splitter.next() { lines.append(String(buffer: line)) }
      }
      #expect(lines == ["one", "", "two", "three is longer"], "chunks of \(size)")
    }
  }

  @Test func aLineThatNeverEndsIsNotKept() {
    var splitter = LineSplitter(limit: 10)
    splitter.append(ByteBuffer(string: "12345"))
    #expect(throws: Never.self) { try splitter.next() }
    splitter.append(ByteBuffer(string: "678901"))
    #expect(throws: LineSplitter.LineTooLong(limit: 10)) { try splitter.next() }
    var whole = LineSplitter(limit: 3)
    whole.append(ByteBuffer(string: "1234\n"))
    #expect(throws: LineSplitter.LineTooLong(limit: 3)) { try whole.next() }
  }
}
