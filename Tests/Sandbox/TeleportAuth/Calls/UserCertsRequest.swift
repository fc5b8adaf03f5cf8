import FoundationEssentials
import X509

/// What a GenerateUserCerts call asks for.
struct UserCertsRequest: Sendable {
  let username: String
  let expires: Date?
  let routeToCluster: String
  let accessRequests: [String]
  let roleRequests: [String]
  let asksForRoles: Bool
  let usage: UInt64
  private let message: [UInt8]

  init(_ message: [UInt8]) {
    self.message = message
    username = message.string(at: [2])
    expires = message.message(at: [3]).flatMap(TimestampMessage.decode)
      .map(Date.init(timeIntervalSince1970:))
    routeToCluster = message.string(at: [5])
    accessRequests = message.strings(at: [6])
    roleRequests = message.strings(at: [12])
    asksForRoles = message.varint(at: [14]) == 1 || !roleRequests.isEmpty
    usage = message.varint(at: [10]) ?? 0
  }

  struct Keys: Sendable {
    var ssh: SSHPublicKey?
    var tls: Certificate.PublicKey?
  }

  /// The public keys, from the fields that a server of this version looks at.
  func keys(major: Int) throws(CallError) -> Keys {
    let separate = !message.string(at: [22]).isEmpty || !message.string(at: [23]).isEmpty
    switch major {
    case ...16: return try sharedKey()
    case 17: return separate ? try separateKeys() : try sharedKey()
    default: return try separateKeys()
    }
  }

  private func sharedKey() throws(CallError) -> Keys {
    try Keys(shared: message.string(at: [1]))
  }

  private func separateKeys() throws(CallError) -> Keys {
    try Keys(ssh: message.string(at: [22]), tls: message.string(at: [23]))
  }
}

extension UserCertsRequest.Keys {
  /// One key for both kinds of certificate, as an `authorized_keys` line.
  init(shared line: String) throws(CallError) {
    guard let key = SSHPublicKey(authorizedKey: line) else {
      throw CallError(.unknown, "ssh: no key found")
    }
    do {
      self.init(ssh: key, tls: try key.certificateKey())
    } catch {
      throw CallError(.badParameter, "the public key is not usable")
    }
  }

  /// A key for each kind of certificate; one may be empty.
  init(ssh: String, tls: String) throws(CallError) {
    guard !(ssh + tls).isEmpty else {
      throw CallError(.badParameter, "no public key was given")
    }
    self.init()
    if !ssh.isEmpty {
      guard let key = SSHPublicKey(authorizedKey: ssh) else {
        throw CallError(.unknown, "ssh: no key found")
      }
      self.ssh = key
    }
    if !tls.isEmpty { self.tls = try PublicKeyPEM.certificateKey(tls) }
  }
}
