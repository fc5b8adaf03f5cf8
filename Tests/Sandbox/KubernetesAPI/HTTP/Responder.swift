import Documents
import FoundationEssentials
import SandboxFaults

/// Answers requests: who asks, what about, may they, what comes of it; and the faults that tests ask for.
struct Responder: Sendable {
  let storage: Storage
  let users: Users
  let faults: Faults
  let door: Door
  let settings: Settings

  /// The part of the options that concerns single requests.
  struct Settings: Sendable {
    let bookmarkInterval: Duration
    let watchTimeout: Duration
    let watchList: KubernetesSandbox.WatchListSupport
    let clock: @Sendable () -> Date
  }

  private enum Reaction {
    case answer(Answer)
    case cut
    case watch(Call)
  }

  func respond(to request: HTTPRequest, through writer: ResponseWriter) async {
    await door.pass()
    let described = describe(request)
    await faults.record(described, by: await authenticate(request)?.name ?? "")
    switch await react(to: request, described) {
    case .answer(let answer): await writer.send(answer)
    case .cut: await writer.cut()
    case .watch(let call): await watch(call, described, through: writer)
    }
  }

  private func react(to request: HTTPRequest, _ described: SandboxRequest) async -> Reaction {
    if let early = await strike(described, at: .beforeCommit) { return early }
    let answer: Answer
    do {
      if request.isTooLarge { throw APIStatus.tooLarge(limit: HTTPRequest.bodyLimit) }
      guard let user = await authenticate(request) else {
        guard isPublic(request) else { throw APIStatus.unauthorized }
        return .answer(try await discover(request))
      }
      guard let path = APIPath(request.path) else {
        return .answer(try await discover(request))
      }
      guard let verb = Verb(request, path) else { throw APIStatus.noSuchPath }
      if VirtualResources.groups.contains(path.group) {
        return .answer(try review(request, path, user))
      }
      let call = try await resolve(request, path, verb, user)
      if verb == .watch { return .watch(call) }
      answer = try await perform(call)
    } catch let status as APIStatus {
      answer = Answer(status)
    } catch {
      answer = Answer(.internalError("\(error)"))
    }
    return await strike(described, at: .afterCommit) ?? .answer(answer)
  }

  private func strike(_ described: SandboxRequest, at moment: FaultMoment) async -> Reaction? {
    switch await faults.strike(described, at: moment) {
    case .fail(let code, let message): .answer(Answer(.injected(code: code, message: message)))
    case .cut: .cut
    case .delay, .pause, .act, nil: nil
    }
  }

  private func perform(_ call: Call) async throws(APIStatus) -> Answer {
    switch call.verb {
    case .get: try await get(call)
    case .list: try await list(call)
    case .create: try await create(call)
    case .update, .patch, .apply: try await change(call)
    case .delete: try await delete(call)
    case .deletecollection: try await deleteCollection(call)
    case .watch: throw .methodNotAllowed(call.resource.id, verb: call.verb.rawValue)
    }
  }

  /// What tests see of a request.
  private func describe(_ request: HTTPRequest) -> SandboxRequest {
    guard let path = APIPath(request.path), let verb = Verb(request, path) else {
      return SandboxRequest(
        operation: "\(request.method.rawValue) /" + request.path.joined(separator: "/"), target: "")
    }
    var name = path.name
    if verb == .create, let body = try? JSONValue(json: request.body) { name = body.name }
    let target =
      name.isEmpty || path.namespace.isEmpty || path.plural == "namespaces"
      ? name : "\(path.namespace)/\(name)"
    return SandboxRequest(operation: "\(verb.operation) \(path.resource)", target: target)
  }
}
