import TeleportSchema

/// What the server fills into a user, and who it says has made it.
enum UserCompletion {
  static func complete(_ user: inout [UInt8], major: Int) throws(CallError) {
    user.set(ResourceField.kind, to: .string("user"))
    user.set(ResourceField.version, to: .string("v2"))
    try MetadataRules.complete(&user, major: major)
    // Go's times that are not pointers are always written, as the year 1 where they were never set.
    for path in [UserField.loginStatus + [3], UserField.loginStatus + [4], UserField.expires] {
      user.setDefault(path, .message(TimestampMessage.unset))
    }
    user.setDefault(UserField.createdBy + [2], .message(TimestampMessage.unset))
  }

  /// Notes who made the user, unless it says so already.
  static func setCreator(of user: inout [UInt8], to name: String, seconds: Double?) {
    let creator = UserField.createdBy + [3, 1]
    guard user.string(at: creator).isEmpty, !user.has(UserField.createdByConnector) else { return }
    user.set(creator, to: .string(name))
    let time = seconds.map { TimestampMessage.encode(seconds: Int64($0)) }
    user.set(UserField.createdBy + [2], to: .message(time ?? TimestampMessage.unset))
  }

  /// Keeps what `previous` says about who made it.
  static func keepCreator(of previous: [UInt8], in user: inout [UInt8]) {
    user.set(UserField.createdBy, to: .message(previous.message(at: UserField.createdBy) ?? []))
  }

  /// The user without what only its owner may know.
  static func withoutSecrets(_ user: [UInt8]) -> [UInt8] {
    var user = user
    user.remove(UserField.localAuth)
    return user
  }
}
