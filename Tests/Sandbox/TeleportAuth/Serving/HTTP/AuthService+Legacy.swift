import Documents
import NIOCore
import SandboxFaults

/// The HTTP interface, with the same faults and the same record as gRPC.
extension AuthService {
  /// nil where the connection is to be cut.
  func answer(_ request: LegacyRequest, on channel: any Channel) async -> LegacyAnswer? {
    await pause.pass()
    guard let route = LegacyRoute(request, major: state.version.major) else {
      await faults.record(
        SandboxRequest(
          operation: "\(request.method) /" + request.path.joined(separator: "/"), target: ""))
      return LegacyAnswer(
        status: 404, contentType: "text/plain; charset=utf-8",
        body: Array("404 page not found\n".utf8))
    }
    let seen = SandboxRequest(operation: route.operation, target: route.target)
    await faults.record(seen)
    switch await faults.strike(seen, at: .beforeCommit) {
    case .fail(let code, let message): return LegacyAnswer(code: code, message: message)
    case .cut: return nil
    case .delay, .pause, .act, nil: break
    }
    let answer: LegacyAnswer
    do throws(CallError) {
      let certificates = await connections.certificates(of: channel, tls: tls)
      let json = try await state.perform(route, certificates)
      answer = LegacyAnswer(
        status: 200, contentType: "application/json", body: Array(json.jsonText.utf8))
    } catch {
      answer = LegacyAnswer(error)
    }
    switch await faults.strike(seen, at: .afterCommit) {
    case .fail(let code, let message): return LegacyAnswer(code: code, message: message)
    case .cut: return nil
    case .delay, .pause, .act, nil: return answer
    }
  }
}

extension AuthState {
  fileprivate func perform(
    _ route: LegacyRoute, _ certificates: PresentedCertificates?
  ) throws(CallError) -> JSONValue {
    expireResources()
    do {
      return try route.perform(self, try caller(certificates))
    } catch let error as CallError {
      throw error
    } catch {
      throw CallError(.unknown, "\(error)")
    }
  }
}

extension LegacyAnswer {
  /// The innermost message is the error, what was said around it stands beside it.
  init(_ error: CallError) {
    var messages = error.message.split(separator: "\n\t").map(String.init)
    // Only gRPC carries the trail of what was wrapped.
    messages = messages.map { $0.hasPrefix("[10] ") ? String($0.dropFirst(5)) : $0 }
    let inner = messages.popLast() ?? ""
    var json: JSONValue = ["error": ["message": .string(inner)]]
    if !messages.isEmpty { json["messages"] = .array(messages.reversed().map { .string($0) }) }
    self.init(
      status: Self.status(error.code), contentType: "application/json",
      body: Array(json.prettyJSONText.utf8))
  }

  /// - Parameter code: an HTTP status, or a gRPC code that stands for one.
  init(code: Int, message: String) {
    let status = code >= 100 ? code : Self.status(CallError.Code(rawValue: code) ?? .unknown)
    let json: JSONValue = ["error": ["message": .string(message)]]
    self.init(
      status: status, contentType: "application/json", body: Array(json.prettyJSONText.utf8))
  }

  private static func status(_ code: CallError.Code) -> Int {
    switch code {
    case .unknown: 500
    case .badParameter: 400
    case .notFound: 404
    case .alreadyExists: 409
    case .accessDenied: 403
    case .compareFailed: 412
    case .notImplemented: 501
    case .connectionProblem: 504
    }
  }
}
