import Documents
import TeleportSchema

/// What a Teleport server fills in where a resource does not say, so that a plan does not announce as a change what the
/// server undoes within the same write.
///
/// Source: teleport-wire.md C.10 and what servers 11, 14 and 18 answer.
enum ServerDefaults {
  private struct Default: Sendable {
    let path: [String]
    let value: JSONValue
    var majors = 0...Int.max
    /// The version of the resource that does not get it.
    var exceptVersion = ""
    /// The server fills it in under conditions that are its own: only what it has filled in before is foretold.
    var isConditional = false
  }

  /// `written`, with the defaults that the server puts in the place of what the live resource has and nobody declares.
  static func filled(
    _ written: JSONValue, live: JSONValue, kind: String, serverMajor: Int
  ) -> JSONValue {
    guard kind == "role" else { return written }
    let version = written["version"]?.string ?? ""
    var filled = written
    for item in roles + kubernetesResources(version)
    where item.majors.contains(serverMajor) && item.exceptVersion != version
      && written[item.path] == nil
      && (item.isConditional ? live[item.path] == item.value : live[item.path] != nil)
    {
      filled = setting(item.value, at: item.path[...], in: filled)
    }
    return filled
  }

  private static func setting(
    _ value: JSONValue, at path: ArraySlice<String>, in document: JSONValue?
  ) -> JSONValue {
    guard let name = path.first else { return value }
    var document = document ?? [:]
    document[name] = setting(value, at: path.dropFirst(), in: document[name])
    return document
  }

  private static let roles: [Default] = [
    option("cert_format", "standard"), option("max_session_ttl", "30h0m0s"),
    option("enhanced_recording", ["command", "network"]),
    option("record_session", ["desktop": true, "default": "best_effort"]),
    option("desktop_clipboard", true), option("desktop_directory_sharing", true),
    option("ssh_file_copy", true), option("port_forwarding", true, 0...14),
    option("create_host_user", false, 0...12), option("create_desktop_user", false, 13...Int.max),
    option("create_db_user", false, 13...Int.max),
    Default(
      path: ["spec", "options", "idp"], value: ["saml": ["enabled": true]], majors: 12...Int.max,
      exceptVersion: "v8"),
  ]

  private static func option(
    _ name: String, _ value: JSONValue, _ majors: ClosedRange<Int> = 0...Int.max
  ) -> Default {
    Default(path: ["spec", "options", name], value: value, majors: majors)
  }

  private static func kubernetesResources(_ version: String) -> [Default] {
    let path = ["spec", "allow", "kubernetes_resources"]
    let kind: JSONValue = ["v7", "v8"].contains(version) ? "*" : "pod"
    var everything: JSONValue = ["kind": kind, "namespace": "*", "name": "*"]
    let before14 = Default(
      path: path, value: [everything], majors: 12...13, exceptVersion: "v6", isConditional: true)
    everything["verbs"] = ["*"]
    if version == "v8" { everything["api_group"] = "*" }
    let since14 = Default(
      path: path, value: [everything], majors: 14...Int.max, exceptVersion: "v6",
      isConditional: true)
    return [before14, since14]
  }
}
