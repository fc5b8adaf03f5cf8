/// A lock on a user, as `tctl lock` makes it and as a bot's wrong generation does.
public struct SandboxLock: Hashable, Sendable {
  public let name: String
  public let user: String
  public let message: String
}

extension TeleportSandbox {
  /// Refuses every call of that user until it is unlocked.
  public func lock(user name: String, message: String = "") async {
    await state.lock(user: name, message: message, createdBy: "tctl")
  }

  /// Removes all locks on that user.
  public func unlock(user name: String) async { await state.unlock(user: name) }

  /// All locks on users.
  public var locks: [SandboxLock] {
    get async {
      await state.backend.all("lock").map {
        SandboxLock(
          name: $0.key.name, user: $0.message.string(at: LockField.user),
          message: $0.message.string(at: LockField.message))
      }
    }
  }
}
