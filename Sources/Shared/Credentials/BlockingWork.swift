import Dispatch

/// Runs work that blocks (disk, key generation) on a thread of its own: the cooperative pool has only as many
/// threads as the machine has cores.
public func onBlockingThread<Value: Sendable>(
  _ work: @escaping @Sendable () throws -> Value
) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    // A serial queue gets a thread beyond the pool that Swift's tasks run on; the global queues share theirs with it.
    DispatchQueue(label: "blocking-work", qos: .utility).async {
      continuation.resume(with: Result { try work() })
    }
  }
}
