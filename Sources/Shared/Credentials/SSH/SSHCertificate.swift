import FoundationEssentials

/// An OpenSSH certificate.
///
/// - Guarantees: the key that it names as its authority's has signed it. Whether that authority is to be trusted, is for
///   others to say.
/// - Source: OpenSSH's PROTOCOL.certkeys.
public struct SSHCertificate: Sendable {
  public enum Kind: String, Sendable { case user, host }

  public struct Option: Sendable, Equatable {
    public let name: String
    /// Empty for what is only set.
    public let value: String
  }

  /// For example `ssh-rsa-cert-v01@openssh.com`.
  public let type: String
  public let publicKey: SSHPublicKey
  public let serial: UInt64
  public let kind: Kind
  public let keyID: String
  public let principals: [String]
  /// nil: from ever.
  public let validAfter: Date?
  /// nil: forever.
  public let validBefore: Date?
  public let criticalOptions: [Option]
  public let extensions: [Option]
  public let authority: SSHPublicKey

  static let suffix = "-cert-v01@openssh.com"

  /// - Parameters:
  ///   - line: type, base64, and perhaps a comment.
  ///   - source: what the line is, for error messages.
  /// - Throws: `.malformed` unless it is one whole certificate that its authority has signed.
  public init(line: String, source: String) throws(CredentialsError) {
    do {
      let (type, blob) = try SSHPublicKey.parts(line)
      try self.init(blob: blob)
      guard self.type == type else { throw SSHWire.Malformed() }
    } catch {
      throw CredentialsError(
        .malformed, "\(source) is not an SSH certificate that its authority has signed")
    }
  }

  private init(blob: [UInt8]) throws {
    var wire = SSHWire(blob)
    type = try wire.text()
    guard type.hasSuffix(Self.suffix) else { throw SSHWire.Malformed() }
    // A nonce.
    _ = try wire.string()
    publicKey = SSHPublicKey(
      try SSHKeyMaterial(type: type.dropLast(Self.suffix.count), from: &wire))
    serial = try wire.uint64()
    switch try wire.uint32() {
    case 1: kind = .user
    case 2: kind = .host
    default: throw SSHWire.Malformed()
    }
    keyID = try wire.text()
    principals = try Self.texts(wire.string())
    validAfter = try Self.date(wire.uint64(), without: 0)
    validBefore = try Self.date(wire.uint64(), without: .max)
    criticalOptions = try Self.options(wire.string())
    extensions = try Self.options(wire.string())
    // Reserved.
    _ = try wire.string()
    let authorityBlob = Array(try wire.string())
    let signed = Array(blob.dropLast(wire.rest.count))
    let signature = try wire.string()
    guard wire.isAtEnd else { throw SSHWire.Malformed() }
    authority = try SSHPublicKey(blob: authorityBlob)
    var key = SSHWire(authorityBlob)
    let material = try SSHKeyMaterial(type: key.text(), from: &key)
    guard material.isValidSignature(signature, for: signed) else { throw SSHWire.Malformed() }
  }

  private static func texts(_ bytes: ArraySlice<UInt8>) throws(SSHWire.Malformed) -> [String] {
    var wire = SSHWire(bytes)
    var texts: [String] = []
    while !wire.isAtEnd { texts.append(try wire.text()) }
    return texts
  }

  private static func options(_ bytes: ArraySlice<UInt8>) throws(SSHWire.Malformed) -> [Option] {
    var wire = SSHWire(bytes)
    var options: [Option] = []
    while !wire.isAtEnd {
      let name = try wire.text()
      var data = SSHWire(try wire.string())
      let value = data.isAtEnd ? "" : try data.text()
      guard data.isAtEnd else { throw SSHWire.Malformed() }
      options.append(Option(name: name, value: value))
    }
    return options
  }

  /// nil for the number that means none, and for what no calendar has.
  private static func date(_ seconds: UInt64, without none: UInt64) -> Date? {
    let endOfYear9999: UInt64 = 253_402_300_799
    guard seconds != none, seconds <= endOfYear9999 else { return nil }
    return Date(timeIntervalSince1970: TimeInterval(seconds))
  }
}
