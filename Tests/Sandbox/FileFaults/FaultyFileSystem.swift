import Credentials
import FoundationEssentials
import Glibc
import Synchronization

/// The kernel's file system, until the fault comes.
///
/// After a stop nothing is done any more, as nobody is there to do it, but that descriptors are closed. What a volume may
/// lose at a loss of power is modelled strictly: content is lost without a sync of the file, names without a sync of
/// their directory.
public final class FaultyFileSystem: FileSystem {
  struct State {
    var operations: [String] = []
    var hasStopped = false
    var volatile: VolatileState
  }

  public let fault: FileFault?
  /// Taken from the modes of what is made, besides the process's own.
  let umask: UInt32
  let state: Mutex<State>
  let real = SystemCalls()

  /// - Parameter scratch: an empty directory on the same volume as what is tested, and not inside of it; for one file
  ///   system alone.
  public init(scratch: String, fault: FileFault? = nil, umask: UInt32 = 0) {
    self.fault = fault
    self.umask = umask
    state = Mutex(State(volatile: VolatileState(scratch: scratch)))
  }

  deinit { state.withLock { $0.volatile.release() } }

  /// What has been done, in order.
  public var operations: [String] { state.withLock { $0.operations } }
  public var hasStopped: Bool { state.withLock { $0.hasStopped } }

  /// Power is lost now: a test calls this after the last operation.
  public func losePower(keepingNames: Bool) {
    state.withLock { state in
      state.volatile.losePower(keepingNames: keepingNames)
      state.hasStopped = true
    }
  }

  /// What a dead process gets for an answer: nothing that anybody would take for a state of the volume.
  private static let dead = SystemCallError(code: ESHUTDOWN)

  /// Does one operation, or what the fault makes of it.
  ///
  /// - Parameters:
  ///   - record: notes what is not lasting yet; before the operation.
  ///   - half: does half of it.
  ///   - discard: undoes what a process has in hand when it dies.
  func perform<Value>(
    _ operation: String, record: (inout VolatileState) -> Void = { _ in },
    half: (() throws(SystemCallError) -> Value)? = nil, discard: (Value) -> Void = { _ in },
    body: () throws(SystemCallError) -> Value
  ) throws(SystemCallError) -> Value {
    let kind = try begin(operation)
    switch kind {
    case .error(let code): throw SystemCallError(code: code)
    case .shortWrite:
      if let half { return try half() }
    case .tear:
      _ = try half?()
      stop()
      throw Self.dead
    default: break
    }
    state.withLock { record(&$0.volatile) }
    guard kind == .stopAfter else { return try body() }
    // Done or failed, nobody gets to know.
    do throws(SystemCallError) { discard(try body()) } catch {}
    stop()
    throw Self.dead
  }

  private func begin(_ operation: String) throws(SystemCallError) -> FileFault.Kind? {
    let (kind, hasStopped) = state.withLock { state -> (FileFault.Kind?, Bool) in
      if state.hasStopped { return (nil, true) }
      let isNow = fault?.operation == state.operations.count
      state.operations.append(operation)
      guard isNow, let kind = fault?.kind else { return (nil, false) }
      switch kind {
      case .stopBefore: state.hasStopped = true
      case .powerLoss(let keepingNames):
        state.volatile.losePower(keepingNames: keepingNames)
        state.hasStopped = true
      default: break
      }
      return (kind, state.hasStopped)
    }
    if hasStopped { throw Self.dead }
    return kind
  }

  private func stop() { state.withLock { $0.hasStopped = true } }

  public func close(_ descriptor: Int32) throws(SystemCallError) {
    let name = Self.name(descriptor)
    // The kernel closes what a dead process had open.
    try real.close(descriptor)
    if hasStopped { return }
    try perform("close \(name)") { () throws(SystemCallError) in }
  }

  public func unlock(_ descriptor: Int32) throws(SystemCallError) {
    // As it does with its locks.
    try real.unlock(descriptor)
    if hasStopped { return }
    try perform("unlock \(Self.name(descriptor))") { () throws(SystemCallError) in }
  }

  static func name(_ descriptor: Int32) -> String {
    String(VolatileState.path(descriptor).split(separator: "/").last ?? "/")
  }

  static func path(_ name: String, _ directory: Int32) -> String {
    "\(VolatileState.path(directory))/\(name)"
  }
}
