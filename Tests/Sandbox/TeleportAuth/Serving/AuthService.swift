import GRPCCore
import SandboxFaults

/// Connects gRPC with the auth server's state, and lets faults strike on the way.
struct AuthService: RegistrableRPCService {
  /// What grpc-go takes, and Teleport has left as it is.
  static let messageLimit = 4 * 1024 * 1024

  let state: AuthState
  let faults: Faults
  let connections: ConnectionRegistry
  let tls: TLSSettings
  let pause: PauseSwitch

  func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    for definition in CallDefinition.all {
      let name = definition.method.split(separator: "/").map(String.init)
      router.registerHandler(
        forMethod: MethodDescriptor(
          service: ServiceDescriptor(fullyQualifiedService: name[0]), method: name[1]),
        deserializer: RawBytes(), serializer: RawBytes()
      ) { request, context in
        try await answer(definition, request, context)
      }
    }
  }

  private func answer(
    _ definition: CallDefinition, _ request: StreamingServerRequest<[UInt8]>,
    _ context: ServerContext
  ) async throws -> StreamingServerResponse<[UInt8]> {
    var message: [UInt8] = []
    for try await part in request.messages { message = part }
    guard message.count <= Self.messageLimit else {
      throw RPCError(
        code: .resourceExhausted,
        message:
          "grpc: received message larger than max (\(message.count) vs. \(Self.messageLimit))")
    }
    await pause.pass()
    let seen = SandboxRequest(
      operation: definition.method, target: definition.target(of: message))
    let certificates = await connections.certificates(of: context.remotePeer, tls: tls)
    await faults.record(seen, by: certificates?.username ?? "")
    try await strike(seen, .beforeCommit, context)
    let header = request.metadata[stringValues: "version"].first { _ in true }
    let reply = try await perform(
      definition, message, ClientVersion(header: header), certificates)
    return respond(reply, seen, context)
  }

  private func perform(
    _ definition: CallDefinition, _ message: [UInt8], _ client: ClientVersion,
    _ certificates: PresentedCertificates?
  ) async throws -> Reply {
    do {
      return try await state.perform(definition, message, client, certificates)
    } catch let error as CallError {
      throw RPCError(error)
    }
  }

  /// Faults after the commit strike here: the call has taken effect, its answer is what suffers.
  private func respond(
    _ reply: Reply, _ seen: SandboxRequest, _ context: ServerContext
  ) -> StreamingServerResponse<[UInt8]> {
    let metadata: Metadata =
      state.version.major >= 15 ? ["version": "\(state.version)"] : [:]
    return StreamingServerResponse(metadata: metadata) { writer in
      switch reply {
      case .message(let message):
        try await strike(seen, .afterCommit, context)
        try await writer.write(message)
      case .messages(let messages):
        try await strike(seen, .afterCommit, context)
        for message in messages { try await writer.write(message) }
      case .events(let subscription):
        try await deliver(subscription, to: writer, seen, context)
      }
      return [:]
    }
  }

  private func deliver(
    _ subscription: EventSubscription, to writer: RPCWriter<[UInt8]>, _ seen: SandboxRequest,
    _ context: ServerContext
  ) async throws {
    do {
      try await withRPCCancellationHandler {
        var isFirst = true
        for try await event in subscription.events {
          await pause.pass()
          try await writer.write(event)
          if isFirst { try await strike(seen, .afterCommit, context) }
          isFirst = false
        }
      } onCancelRPC: {
        subscription.end(nil)
      }
    } catch {
      await state.forget(subscription)
      throw (error as? CallError).map { RPCError($0) } ?? error
    }
    await state.forget(subscription)
  }

  private func strike(
    _ request: SandboxRequest, _ moment: FaultMoment, _ context: ServerContext
  ) async throws {
    switch await faults.strike(request, at: moment) {
    case .fail(let code, let message):
      throw RPCError(
        code: Status.Code(rawValue: code).flatMap { RPCError.Code($0) } ?? .unknown,
        message: message)
    case .cut:
      connections.close(context.remotePeer)
      throw RPCError(code: .unavailable, message: "the connection was cut")
    case .delay, .pause, .act, nil:
      return
    }
  }
}

extension RPCError {
  init(_ error: CallError) {
    self.init(
      code: Status.Code(rawValue: error.code.rawValue).flatMap { RPCError.Code($0) } ?? .unknown,
      message: error.message)
  }
}

extension AuthState {
  /// Does all that a call does, in one step.
  func perform(
    _ definition: CallDefinition, _ message: [UInt8], _ client: ClientVersion,
    _ certificates: PresentedCertificates?
  ) throws -> Reply {
    expireResources()
    guard definition.availability.includes(major: major) else {
      throw definition.absence(major: major)
    }
    try client.requireSupport(by: version)
    let call = Call(message: message, caller: try caller(certificates), client: client)
    return try definition.perform(self, call)
  }
}
