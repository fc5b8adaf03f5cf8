import Documents
import FoundationEssentials

/// `types.RegisterUsingTokenRequest`: somebody without a certificate wants to become a member of the cluster.
struct JoinRequest: Sendable {
  let hostID: String
  let nodeName: String
  let role: String
  let token: String
  let publicTLSKey: String
  let publicSSHKey: String
  let idToken: String
  let expires: Date?

  /// Reads the message.
  init(_ message: [UInt8]) {
    hostID = message.string(at: [1])
    nodeName = message.string(at: [2])
    role = message.string(at: [3])
    token = message.string(at: [4])
    publicTLSKey = message.string(at: [7])
    publicSSHKey = message.string(at: [8])
    idToken = message.string(at: [11])
    expires = message.message(at: [12]).flatMap(TimestampMessage.decode)
      .map(Date.init(timeIntervalSince1970:))
  }

  /// Reads the JSON of the old HTTP interface; what is missing is empty.
  init(_ json: JSONValue) throws(CallError) {
    func text(_ name: String) throws(CallError) -> String {
      switch json[name] {
      case nil, .null: ""
      case .string(let text): text
      default:
        throw CallError(
          .badParameter,
          "request: json: cannot unmarshal \(json[name]?.typeName ?? "") into Go struct field "
            + "RegisterUsingTokenRequest.\(name) of type string")
      }
    }
    func bytes(_ name: String) throws(CallError) -> String {
      guard let data = Data(base64Encoded: try text(name)) else {
        throw CallError(.badParameter, "request: illegal base64 data at input byte 0")
      }
      return String(decoding: data, as: UTF8.self)
    }
    hostID = try text("hostID")
    nodeName = try text("node_name")
    role = try text("role")
    token = try text("token")
    publicTLSKey = try bytes("public_tls_key")
    publicSSHKey = try bytes("public_ssh_key")
    idToken = try text("id_token")
    let time = try text("expires")
    guard !time.isEmpty else {
      expires = nil
      return
    }
    let styles = [
      Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true),
    ]
    guard let date = styles.lazy.compactMap({ try? $0.parse(time) }).first else {
      throw CallError(
        .badParameter, "request: parsing time \"\(time)\" as \"2006-01-02T15:04:05Z07:00\"")
    }
    expires = date
  }

  func requireForm() throws(CallError) {
    // A bot has no host.
    if hostID.isEmpty, role != "Bot" { throw CallError(.badParameter, "missing parameter HostID") }
    if token.isEmpty { throw CallError(.badParameter, "missing parameter Token") }
    guard CertificateIdentity.systemRoles.contains(role) else {
      throw CallError(.badParameter, "role \(role) is not registered")
    }
  }

  /// The keys that a server of that version signs.
  func keys(major: Int) throws(CallError) -> UserCertsRequest.Keys {
    major <= 16
      ? try UserCertsRequest.Keys(shared: publicSSHKey)
      : try UserCertsRequest.Keys(ssh: publicSSHKey, tls: publicTLSKey)
  }
}
