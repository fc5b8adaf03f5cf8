import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1
import SandboxFaults
import Synchronization

@testable import Kubernetes

/// Answers requests as a test says, without a network.
final class ScriptedTransport: APITransport {
  struct Request: Hashable, Sendable {
    var method: String
    /// Path and query.
    var path: String
    var authorization: String?
  }

  enum Answer: Sendable {
    case json(Int, String, headers: [String: String] = [:])
    /// Lines of a watch that then stays open.
    case open([String])
    case fail(any Error)
    /// Never, until the call is cancelled.
    case nothing
  }

  private let seen = Mutex<[Request]>([])
  private let answer: @Sendable (Request, Int, Data) async -> Answer

  /// - Parameter answer: Given the request and how many came before it.
  init(_ answer: @escaping @Sendable (Request, Int) async -> Answer) {
    self.answer = { request, index, _ in await answer(request, index) }
  }

  /// - Parameter answer: Given the request and what it carries.
  init(readingBodies: Void, _ answer: @escaping @Sendable (Request, Data) async -> Answer) {
    self.answer = { request, _, body in await answer(request, body) }
  }

  /// Answers one after the other; the last one for ever.
  convenience init(_ answers: Answer...) {
    self.init { _, index in answers[min(index, answers.count - 1)] }
  }

  var requests: [Request] { seen.withLock { $0 } }

  func send(_ request: HTTPClientRequest, on lane: APILane) async throws -> HTTPClientResponse {
    let start = request.url.firstRange(of: "://").map { request.url[$0.upperBound...] }
    let slash = start?.firstIndex(of: "/")
    let noted = Request(
      method: request.method.rawValue,
      path: slash.map { String(request.url[$0...]) } ?? "",
      authorization: request.headers.first(name: "authorization"))
    let index = seen.withLock {
      $0.append(noted)
      return $0.count - 1
    }
    var body = Data()
    if let content = request.body {
      for try await chunk in content { body.append(contentsOf: chunk.readableBytesView) }
    }
    switch await answer(noted, index, body) {
    case .json(let status, let body, let headers):
      return HTTPClientResponse(
        version: .http2, status: HTTPResponseStatus(statusCode: status),
        headers: HTTPHeaders(headers.map { ($0.key, $0.value) }),
        body: .bytes(ByteBuffer(string: body)))
    case .open(let lines):
      let (stream, continuation) = AsyncStream<ByteBuffer>.makeStream()
      for line in lines { continuation.yield(ByteBuffer(string: line + "\n")) }
      return HTTPClientResponse(version: .http2, status: .ok, body: .stream(stream))
    case .fail(let error): throw error
    case .nothing:
      try await Task.sleep(for: .seconds(3600))
      throw CancellationError()
    }
  }

  func shutdown() async {}
}

extension KubernetesClient {
  /// A client that talks to a script, in a test's own time.
  static func scripted(
    _ transport: ScriptedTransport, clock: VirtualClock = VirtualClock(),
    bearerToken: KubernetesConfiguration.BearerToken? = nil,
    files: FileAccess = FileAccess { _ in .failure(.missing) }
  ) -> KubernetesClient {
    KubernetesClient(
      KubernetesConfiguration(server: "https://api.test", bearerToken: bearerToken),
      clock: MonotonicClock(clock), files: files, transport: transport,
      randomness: Randomness(SeededRandom(1)))
  }
}

/// The same numbers in every run.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    // SplitMix64.
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
