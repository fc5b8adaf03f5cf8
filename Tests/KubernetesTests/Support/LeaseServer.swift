import Documents
import FoundationEssentials
import SandboxFaults
import Synchronization

@testable import Kubernetes

/// One Lease on a server that several electors share, in a test's own time.
final class LeaseServer: Sendable {
  enum Trouble: Sendable {
    case none
    /// The request never arrives.
    case unreachable
    /// It is done, but the answer is lost.
    case answersLost
    /// It is neither done nor answered.
    case silent
  }

  private struct State {
    var lease: KubernetesObject?
    var version = 0
    var trouble: [String: Trouble] = [:]
    var writes: [String] = []
  }

  private let state = Mutex(State())

  var record: LeaseRecord? { state.withLock { $0.lease.map { LeaseRecord(spec: $0.spec) } } }
  /// Who wrote, in order.
  var writes: [String] { state.withLock { $0.writes } }

  func trouble(_ trouble: Trouble, for client: String) {
    state.withLock { $0.trouble[client] = trouble }
  }

  /// Changes the lease as somebody with kubectl would.
  func edit(_ change: (inout KubernetesObject) -> Void) {
    state.withLock { state in
      guard var lease = state.lease else { return }
      change(&lease)
      state.version += 1
      lease.metadata.resourceVersion = "\(state.version)"
      state.lease = lease
    }
  }

  func remove() { state.withLock { $0.lease = nil } }

  /// A client whose connection can be troubled by its name.
  func client(_ name: String, clock: VirtualClock) -> KubernetesClient {
    KubernetesClient.scripted(
      ScriptedTransport(readingBodies: ()) { request, body in
        let trouble = self.state.withLock { $0.trouble[name] ?? .none }
        switch trouble {
        case .unreachable, .silent: break
        case .none, .answersLost:
          let answer = self.serve(request.method, body, from: name)
          if case .none = trouble { return answer }
        }
        if case .silent = trouble { return .nothing }
        return .fail(LostConnection())
      }, clock: clock)
  }

  private struct LostConnection: Error {}

  private func serve(_ method: String, _ body: Data, from name: String) -> ScriptedTransport.Answer
  {
    state.withLock { state in
      guard method != "GET" else {
        guard let lease = state.lease else {
          return .json(404, status(404, "NotFound", details: #"{"name":"l"}"#))
        }
        return .json(200, lease.document.jsonText)
      }
      guard var next = try? KubernetesObject(json: Array(body)) else {
        return .json(400, status(400, "BadRequest"))
      }
      if method == "POST", state.lease != nil { return .json(409, status(409, "AlreadyExists")) }
      if method == "PUT" {
        guard let lease = state.lease else {
          return .json(404, status(404, "NotFound", details: #"{"name":"l"}"#))
        }
        guard next.metadata.resourceVersion == lease.metadata.resourceVersion else {
          return .json(409, status(409, "Conflict"))
        }
      }
      state.version += 1
      next.metadata.resourceVersion = "\(state.version)"
      state.lease = next
      state.writes.append(name)
      return .json(method == "POST" ? 201 : 200, next.document.jsonText)
    }
  }
}
