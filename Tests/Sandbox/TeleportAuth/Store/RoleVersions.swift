/// Which role versions a server knows.
enum RoleVersions {
  static func known(major: Int) -> [String] {
    switch major {
    case ...11: ["v3", "v4", "v5"]
    case 12, 13: ["v3", "v4", "v5", "v6"]
    case 14...17: ["v3", "v4", "v5", "v6", "v7"]
    case 18: ["v3", "v4", "v5", "v6", "v7", "v8"]
    default: ["v3", "v4", "v5", "v6", "v7", "v8", "v9"]
    }
  }

  /// The version that the server stores: what it does not know becomes its newest, without a word.
  static func stored(_ version: String, major: Int) -> String {
    let known = known(major: major)
    return known.contains(version) ? version : known[known.count - 1]
  }
}
