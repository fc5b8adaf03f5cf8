import Documents
import FoundationEssentials
import NIOHTTP1

/// What a path of the HTTP interface stands for.
struct LegacyRoute: Sendable {
  /// `VERB PATH`, without what names an object.
  let operation: String
  let target: String
  let perform: @Sendable (isolated AuthState, Caller) throws -> JSONValue

  /// nil where a server of that version has no such path.
  init?(_ request: LegacyRequest, major: Int) {
    guard major < 15, request.path.first?.isEmpty == false else { return nil }
    switch (request.method, Array(request.path.dropFirst())) {
    case (.POST, ["tokens", "register"]):
      operation = "POST /v2/tokens/register"
      let json = try? JSONValue(json: request.body)
      target = json?["token"]?.string ?? ""
      perform = { state, caller in try state.registerUsingToken(request, json, caller) }
    case (.GET, let path) where path.count == 3 && path[0] == "authorities":
      operation = "GET /v2/authorities"
      target = path[1]
      perform = { state, caller in
        AuthorityJSON.json(
          try state.authority(
            type: path[1], domain: path[2], includesKeys: try Self.loadsKeys(request), for: caller))
      }
    case (.GET, ["configuration", "name"]):
      // The first thing that tctl asks.
      operation = "GET /v2/configuration/name"
      target = ""
      perform = { state, _ in
        [
          "kind": "cluster_name", "version": "v2", "metadata": ["name": "cluster-name"],
          "spec": ["cluster_name": .string(state.clusterName), "cluster_id": "sandbox"],
        ]
      }
    default:
      return nil
    }
  }

  private static func loadsKeys(_ request: LegacyRequest) throws(CallError) -> Bool {
    switch request.query["load_keys"] {
    case nil, "", "0", "f", "F", "false", "FALSE", "False": return false
    case "1", "t", "T", "true", "TRUE", "True": return true
    case .some(let text):
      throw CallError(
        .badParameter, "'load_keys': expected 'true' or 'false', got \(text)")
    }
  }
}

extension AuthState {
  fileprivate func registerUsingToken(
    _ request: LegacyRequest, _ json: JSONValue?, _ caller: Caller
  ) throws(CallError) -> JSONValue {
    let type = request.contentType.split(separator: ";").first.map(String.init)
    guard type == "application/json" else { throw CallError(.badParameter, "invalid request") }
    guard let json else {
      throw CallError(.badParameter, "request: unexpected end of JSON input")
    }
    guard case .message(let certs) = try join(JoinRequest(json), by: caller) else { return [:] }
    func base64(_ bytes: [UInt8]) -> JSONValue { .string(Data(bytes).base64EncodedString()) }
    return [
      "ssh": base64(certs.message(at: [1]) ?? []), "tls": base64(certs.message(at: [2]) ?? []),
      "tls_ca_certs": .array(certs.messages(at: [3]).map(base64)),
      "ssh_ca_certs": .array(certs.messages(at: [4]).map(base64)),
    ]
  }
}
