/// What every resource's metadata must look like, and what the server adds to it.
enum MetadataRules {
  /// Who may be named as the origin of a resource.
  static func origins(major: Int) -> [String] {
    let first = ["defaults", "config-file", "dynamic", "cloud", "kubernetes"]
    return switch major {
    case ...11: first
    case ...14: first + ["okta"]
    default: first + ["okta", "integration_awsoidc", "discovery-kubernetes", "entra-id"]
    }
  }

  static func complete(
    _ resource: inout [UInt8], major: Int, layout: MessageLayout = .standard
  ) throws(CallError) {
    guard !resource.string(at: layout.name).isEmpty else {
      throw CallError(.badParameter, "missing parameter Name")
    }
    if resource.string(at: layout.namespace).isEmpty {
      resource.set(layout.namespace, to: .string("default"))
    }
    let labels = resource.map(at: layout.labels)
    for key in labels.keys.sorted() where !isValidLabelKey(key) {
      throw CallError(.badParameter, "invalid label key: \"\(key)\"")
    }
    let origins = origins(major: major)
    if let origin = labels[Label.origin], !origin.isEmpty, !origins.contains(origin) {
      throw CallError(
        .badParameter,
        "invalid origin value \"\(origin)\", must be one of [\(origins.joined(separator: " "))]")
    }
    // The caller's idea of these is of no account: each write gets its own.
    resource.remove(layout.id)
  }

  private static func isValidLabelKey(_ key: String) -> Bool {
    !key.isEmpty
      && key.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: "/.+:_-* ".utf8.contains(byte)
        }
      }
  }
}
