import FoundationEssentials
import X509

/// What a GenerateUserCerts call asks for.
struct UserCertsRequest: Sendable {
  let username: String
  let expires: Date?
  let routeToCluster: String
  let accessRequests: [String]
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
    asksForRoles = message.varint(at: [14]) == 1 || message.has([12])
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
    guard let key = SSHPublicKey(authorizedKey: message.string(at: [1])) else {
      throw CallError(.unknown, "ssh: no key found")
    }
    do {
      return Keys(ssh: key, tls: try key.certificateKey())
    } catch {
      throw CallError(.badParameter, "the public key is not usable")
    }
  }

  private func separateKeys() throws(CallError) -> Keys {
    let ssh = message.string(at: [22])
    let tls = message.string(at: [23])
    guard !(ssh + tls).isEmpty else {
      throw CallError(.badParameter, "no public key was given")
    }
    var keys = Keys()
    if !ssh.isEmpty {
      guard let key = SSHPublicKey(authorizedKey: ssh) else {
        throw CallError(.unknown, "ssh: no key found")
      }
      keys.ssh = key
    }
    if !tls.isEmpty { keys.tls = try PublicKeyPEM.certificateKey(tls) }
    return keys
  }
}
