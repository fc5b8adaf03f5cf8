import FoundationEssentials

/// An OpenSSH certificate before it is signed (PROTOCOL.certkeys of OpenSSH).
struct SSHCertificate: Sendable {
  enum Kind: UInt32, Sendable {
    case user = 1
    case host = 2
  }

  var kind: Kind
  var key: SSHPublicKey
  var serial: UInt64 = 0
  var keyID: String
  var principals: [String]
  var validAfter: Date
  var validBefore: Date
  /// Name to value; an empty value stands for a flag.
  var extensions: [String: String]

  /// The certificate as a line of an `authorized_keys` file.
  func signed(by authority: KeyPair, nonce: [UInt8]) throws -> String {
    let algorithm = "\(key.algorithm)-cert-v01@openssh.com"
    var writer = SSHWriter()
    writer.string(algorithm)
    writer.string(nonce)
    writer.raw(key.fields)
    writer.uint64(serial)
    writer.uint32(kind.rawValue)
    writer.string(keyID)
    writer.string(strings(principals))
    writer.uint64(UInt64(max(0, validAfter.timeIntervalSince1970)))
    writer.uint64(UInt64(max(0, validBefore.timeIntervalSince1970)))
    writer.string([UInt8]())
    writer.string(encodedExtensions)
    writer.string([UInt8]())
    writer.string(try authority.sshPublicKey().blob)
    writer.string(try authority.sshSignature(of: writer.bytes))
    return "\(algorithm) \(Data(writer.bytes).base64EncodedString())\n"
  }

  private func strings(_ values: [String]) -> [UInt8] {
    var writer = SSHWriter()
    for element in values { writer.string(element) }
    return writer.bytes
  }

  private var encodedExtensions: [UInt8] {
    var writer = SSHWriter()
    for (name, value) in extensions.sorted(by: { $0.key < $1.key }) {
      writer.string(name)
      // A value is a string inside a string; a flag is an empty one.
      writer.string(value.isEmpty ? [] : strings([value]))
    }
    return writer.bytes
  }
}
