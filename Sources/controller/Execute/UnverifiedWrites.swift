import Synchronization

/// Writes that a server acknowledged without saying what it holds now (Teleport up to 14), until it shows.
///
/// Kept in memory only: after a restart such a write is made once more, which changes nothing.
final class UnverifiedWrites: Sendable {
  /// Reads come from a cache that follows within a second; this is many times that.
  static let patience: Duration = .seconds(10)

  private struct Write {
    let hash: String
    let replaced: [UInt8]?
    let at: ContinuousClock.Instant
  }

  private let writes = Mutex<[WorkKey: Write]>([:])

  /// - Parameter replaced: what Teleport held before, as far as was known.
  func wrote(_ key: WorkKey, declaredHash: String, over replaced: [UInt8]?) {
    writes.withLock { $0[key] = Write(hash: declaredHash, replaced: replaced, at: .now) }
  }

  func forget(_ key: WorkKey) { writes.withLock { _ = $0.removeValue(forKey: key) } }

  func write(_ key: WorkKey) -> Observation.UnverifiedWrite? {
    writes.withLock { $0[key] }.map { write in
      Observation.UnverifiedWrite(
        declaredHash: write.hash, replaced: write.replaced,
        mayStillShow: write.at.duration(to: .now) < Self.patience)
    }
  }
}
