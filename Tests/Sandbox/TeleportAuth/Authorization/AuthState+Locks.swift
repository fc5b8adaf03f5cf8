import FoundationEssentials
import TeleportSchema

extension AuthState {
  /// Stores a lock on a user; without an expiry it holds until somebody removes it.
  func lock(user: String, message: String, createdBy: String) {
    var metadata = WireWriter()
    metadata.string(1, UUID().uuidString.lowercased())
    metadata.string(2, "default")
    var target = WireWriter()
    target.string(1, user)
    var spec = WireWriter()
    spec.bytes(1, target.bytes)
    if !message.isEmpty { spec.string(2, message) }
    spec.bytes(4, TimestampMessage.encode(seconds: Int64(now.timeIntervalSince1970)))
    if !createdBy.isEmpty { spec.string(5, createdBy) }
    var lock = WireWriter()
    lock.string(1, "lock")
    lock.string(3, "v2")
    lock.bytes(4, metadata.bytes)
    lock.bytes(5, spec.bytes)
    store(lock.bytes, kind: "lock")
  }

  func unlock(user: String) {
    for lock in backend.all("lock") where lock.message.string(at: LockField.user) == user {
      commit(.delete(lock.key))
    }
  }

  /// Why a user, or one of its roles, may do nothing; nil where it is free. Locks are known at once, whatever the cache.
  func lockInForce(user: String, roles: [String]) -> CallError? {
    for lock in backend.all("lock") {
      let target = lock.message.string(at: LockField.user)
      let role = lock.message.string(at: LockField.role)
      let name = user == target ? "User:\"\(target)\"" : "Role:\"\(role)\""
      guard user == target || roles.contains(role) else { continue }
      let text = lock.message.string(at: LockField.message)
      return CallError(
        .accessDenied, "lock targeting \(name) is in force" + (text.isEmpty ? "" : ": \(text)"))
    }
    return nil
  }
}
