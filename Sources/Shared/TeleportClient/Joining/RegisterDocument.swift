import FoundationEssentials

// What the old HTTP interface takes and gives; byte fields are base64, as `Data` is coded.

/// types.RegisterUsingTokenRequest, as JSON.
struct RegisterDocument: Encodable {
  let role: String
  let token: String
  let idToken: String
  let publicTLSKey: Data
  let publicSSHKey: Data
  let expires: String

  init(_ request: JoinRequest, role: String) {
    self.role = role
    token = request.token.reveal()
    idToken = request.idToken?.reveal() ?? ""
    publicTLSKey = Data(request.keyPair.publicKeyPEM.utf8)
    publicSSHKey = Data(request.keyPair.sshPublicKey.utf8)
    expires = request.notAfter.formatted(Date.ISO8601FormatStyle())
  }

  enum CodingKeys: String, CodingKey {
    case role, token, expires
    case idToken = "id_token"
    case publicTLSKey = "public_tls_key"
    case publicSSHKey = "public_ssh_key"
  }
}

/// proto.Certs, as JSON.
struct CertsDocument: Decodable {
  let tls: Data?
  let ssh: Data?
  let tlsCAs: [Data]?
  let sshCAs: [Data]?

  enum CodingKeys: String, CodingKey {
    case tls, ssh
    case tlsCAs = "tls_ca_certs"
    case sshCAs = "ssh_ca_certs"
  }
}
