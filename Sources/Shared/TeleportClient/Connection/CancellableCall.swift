import Synchronization

/// A call that its caller can always give up.
///
/// The transport can lose a cancellation while it has no connection (grpc-swift-nio-transport 2.9.2,
/// `GRPCChannel.enqueue`: the caller of an idle channel is put into the queue, cancelled or not), and the caller would
/// wait until there is one. So a call of which nothing was sent yet is not waited for when its caller is cancelled;
/// should its turn come later, it sends no request.
final class CancellableCall<Value: Sendable>: Sendable {
  private struct State {
    var caller: CheckedContinuation<Value, any Error>?
    var work: Task<Void, Never>?
    var hasBegun = false
    var isCancelled = false

    mutating func takeCaller() -> CheckedContinuation<Value, any Error>? {
      defer { caller = nil }
      return caller
    }
  }

  private let state = Mutex(State())

  private init() {}

  /// - Parameter body: makes the call, and calls `begin` before it sends the request.
  /// - Throws: what `body` throws; `CancellationError` where the caller was cancelled before the call had begun.
  static func run(
    _ body: @escaping @Sendable (CancellableCall) async throws -> Value
  ) async throws -> Value {
    let call = CancellableCall()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { call.start(body, for: $0) }
    } onCancel: {
      call.cancel()
    }
  }

  /// - Throws: `CancellationError` where nobody waits for the call any more.
  func begin() throws {
    try state.withLock { state in
      if state.isCancelled { throw CancellationError() }
      state.hasBegun = true
    }
  }

  private func start(
    _ body: @escaping @Sendable (CancellableCall) async throws -> Value,
    for caller: CheckedContinuation<Value, any Error>
  ) {
    let isCancelled = state.withLock { state in
      if state.isCancelled { return true }
      state.caller = caller
      state.work = Task {
        let result: Result<Value, any Error>
        do {
          result = .success(try await body(self))
        } catch { result = .failure(error) }
        self.state.withLock { $0.takeCaller() }?.resume(with: result)
      }
      return false
    }
    if isCancelled { caller.resume(throwing: CancellationError()) }
  }

  private func cancel() {
    let (work, caller) = state.withLock { state in
      state.isCancelled = true
      // What was sent ends with an answer or the end of its stream.
      return (state.work, state.hasBegun ? nil : state.takeCaller())
    }
    work?.cancel()
    caller?.resume(throwing: CancellationError())
  }
}
