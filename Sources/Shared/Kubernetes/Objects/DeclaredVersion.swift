import Documents

/// Which version of a custom resource its author wrote.
///
/// A server that serves several versions hands every object out in whichever is asked for. Where versions mean
/// different things, as `TeleportRole` v5 and v6 do, only the record of who set the spec still tells them apart.
enum DeclaredVersion {
  /// An entry of `managedFields`, as far as it matters here.
  struct Owner {
    var apiVersion: String?
    var subresource = ""
    var time = ""
    var operation = ""
    var ownsSpec = false

    init(_ reader: inout JSONReader) throws(DocumentError) {
      let path = "metadata.managedFields"
      try reader.object(of: path) { reader, member throws(DocumentError) in
        switch member {
        case "apiVersion": apiVersion = try reader.string(of: path)
        case "subresource": subresource = try reader.string(of: path) ?? ""
        case "time": time = try reader.string(of: path) ?? ""
        case "operation": operation = try reader.string(of: path) ?? ""
        case "fieldsV1":
          try reader.object(of: path) { reader, field throws(DocumentError) in
            if field == "f:spec" { ownsSpec = true }
            try reader.skipValue()
          }
        default: try reader.skipValue()
        }
      }
    }
  }

  static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

  /// The version that the author's manifest names: of a server-side apply, else of a client-side one, else of the
  /// latest writer. In this order, because `kubectl edit` and `patch` write in the server's preferred version, which
  /// is nobody's decision.
  ///
  /// - Returns: nil where nothing tells.
  static func find(owners: [Owner], annotations: [String: String]) -> String? {
    let writers = owners.filter { $0.ownsSpec && $0.subresource.isEmpty }
    return latest(writers.filter { $0.operation == "Apply" })
      ?? annotations[lastApplied].flatMap(apiVersion) ?? latest(writers)
  }

  private static func apiVersion(ofManifest text: String) -> String? {
    var version: String?
    let isRead = (try? JSONReader(Array(text.utf8))).map { reader in
      var reader = reader
      return
        (try? reader.object(of: "") { reader, member throws(DocumentError) in
          if member == "apiVersion" {
            version = try reader.string(of: member)
          } else {
            try reader.skipValue()
          }
        }) != nil && (try? reader.finish()) != nil
    }
    return isRead == true ? version : nil
  }

  private static func latest(_ owners: [Owner]) -> String? {
    var latest: Owner?
    // RFC 3339 in UTC sorts as text; of two of the same second the later entry wins.
    for owner in owners where owner.time >= latest?.time ?? "" { latest = owner }
    return latest?.apiVersion
  }
}
