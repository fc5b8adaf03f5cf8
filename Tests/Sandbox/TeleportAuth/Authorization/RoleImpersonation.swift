/// Which roles a user may ask for in place of its own.
enum RoleImpersonation {
  /// One role must allow all that is asked for, and none may deny any of it. A `where` clause is not evaluated: such an
  /// allowance grants nothing, such a denial denies.
  static func allows(_ requested: [String], by roles: [[UInt8]]) -> Bool {
    func conditions(_ side: [Int]) -> [[UInt8]] {
      roles.compactMap { $0.message(at: side + [ConditionField.impersonate]) }
    }
    let isDenied = conditions(RoleField.deny).contains { condition in
      requested.contains { matches($0, condition.strings(at: [2])) }
    }
    return !isDenied
      && conditions(RoleField.allow).contains { condition in
        // With users, the condition is about impersonating these.
        condition.strings(at: [1]).isEmpty && condition.string(at: [3]).isEmpty
          && requested.allSatisfy { matches($0, condition.strings(at: [2])) }
      }
  }

  private static func matches(_ name: String, _ patterns: [String]) -> Bool {
    patterns.contains { pattern in
      // Of globs, the one that is used: everything, or everything that begins so.
      pattern == name || pattern.hasSuffix("*") && name.hasPrefix(pattern.dropLast())
    }
  }
}
