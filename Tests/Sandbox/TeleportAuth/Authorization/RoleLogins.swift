import FoundationEssentials

/// The operating system users that roles let somebody log in as.
enum RoleLogins {
  /// Never empty: who may log in nowhere gets a name that exists nowhere.
  static func logins(of roles: [[UInt8]], traits: [String: [String]]) -> [String] {
    func all(_ conditions: [Int]) -> [String] {
      roles.flatMap { $0.strings(at: conditions + [ConditionField.logins]) }
        .flatMap { expand($0, traits) }
    }
    let denied = Set(all(RoleField.deny))
    var seen: Set<String> = []
    let allowed = all(RoleField.allow).filter { !denied.contains($0) && seen.insert($0).inserted }
    let logins = allowed.isEmpty ? ["-teleport-nologin-\(UUID().uuidString.lowercased())"] : allowed
    return logins + ["-teleport-internal-join"]
  }

  /// `{{internal.logins}}` and `{{external.NAME}}` stand for traits; other expressions for nothing.
  private static func expand(_ login: String, _ traits: [String: [String]]) -> [String] {
    guard login.hasPrefix("{{"), login.hasSuffix("}}") else {
      return login.contains("{{") ? [] : [login]
    }
    let expression = login.dropFirst(2).dropLast(2).filter { !$0.isWhitespace }
    for scope in ["internal.", "external."] where expression.hasPrefix(scope) {
      return traits[String(expression.dropFirst(scope.count))] ?? []
    }
    return []
  }
}
