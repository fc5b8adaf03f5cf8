import Crypto
import FoundationEssentials

/// A public key, as a line of authorized_keys has it.
public struct SSHPublicKey: Sendable, Equatable {
  /// For example `ecdsa-sha2-nistp256`.
  public let type: String
  /// For people, for example `ECDSA P-256`.
  public let keyDescription: String
  let blob: [UInt8]

  /// - Parameters:
  ///   - line: type, base64, and perhaps a comment.
  ///   - source: what the line is, for error messages.
  /// - Throws: `.malformed` unless it is one whole key of a kind that Teleport uses (RSA, ECDSA, Ed25519).
  public init(line: String, source: String) throws(CredentialsError) {
    do {
      let (type, blob) = try Self.parts(line)
      try self.init(blob: blob)
      guard self.type == type else { throw SSHWire.Malformed() }
    } catch {
      throw CredentialsError(.malformed, "\(source) is not an SSH public key")
    }
  }

  init(blob: [UInt8]) throws {
    var wire = SSHWire(blob)
    let type = try wire.text()
    try self.init(SSHKeyMaterial(type: type, from: &wire))
    // Nothing after it, and no other way of writing it.
    guard wire.isAtEnd, self.blob == blob else { throw SSHWire.Malformed() }
  }

  init(_ material: SSHKeyMaterial) {
    type = material.type
    keyDescription = material.description
    blob = material.blob
  }

  /// As `ssh-keygen -l` shows it.
  public var fingerprint: String {
    let hash = Data(SHA256.hash(data: blob)).base64EncodedString()
    return "SHA256:" + hash.prefix { $0 != "=" }
  }

  /// Without a comment, ending with a newline.
  public var line: String { "\(type) \(Data(blob).base64EncodedString())\n" }

  /// The first word of a line, and what the second one encodes.
  static func parts(_ line: String) throws(SSHWire.Malformed) -> (type: String, blob: [UInt8]) {
    let text = line.hasSuffix("\n") ? line.dropLast() : line[...]
    let words = text.split(separator: " ", maxSplits: 2)
    guard words.count >= 2, !text.unicodeScalars.contains(where: { $0.value < 0x20 }),
      let blob = Data(base64Encoded: String(words[1])),
      // Decoders differ in what they let pass: there is one way of writing it.
      blob.base64EncodedString() == words[1]
    else { throw SSHWire.Malformed() }
    return (String(words[0]), Array(blob))
  }
}
