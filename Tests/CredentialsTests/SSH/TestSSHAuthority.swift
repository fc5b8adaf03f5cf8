import Credentials
import Crypto
import FoundationEssentials

/// An SSH CA; its certificates are put together here, and not by the product.
struct TestSSHAuthority: Sendable {
  private let key = P256.Signing.PrivateKey()

  /// An authorized_keys line.
  var line: String { "ecdsa-sha2-nistp256 \(Data(blob).base64EncodedString())\n" }

  private var blob: [UInt8] {
    string("ecdsa-sha2-nistp256") + string("nistp256") + string(key.publicKey.x963Representation)
  }

  /// - Parameter publicKey: an authorized_keys line.
  func issue(
    _ publicKey: String, keyID: String = "bot-x", principals: [String] = ["root", "bot"],
    serial: UInt64 = 7, kind: UInt32 = 1, validAfter: UInt64 = 1_700_000_000,
    validBefore: UInt64 = 4_000_000_000, criticalOptions: [(String, String)] = [],
    extensions: [(String, String)] = [("permit-pty", ""), ("teleport-roles", "{\"v\":1}")]
  ) throws -> String {
    let words = publicKey.split(whereSeparator: \.isWhitespace)
    let type = String(words[0])
    let keyBlob = Array(Data(base64Encoded: String(words[1])) ?? Data())
    var body = string("\(type)-cert-v01@openssh.com") + string(Array(repeating: 0xab, count: 32))
    body += keyBlob.dropFirst(4 + type.utf8.count)
    body += bytes(serial) + bytes(kind) + string(keyID) + string(principals.flatMap(string))
    body += bytes(validAfter) + bytes(validBefore)
    for options in [criticalOptions, extensions] {
      body += string(
        options.flatMap { name, value in
          string(name) + string(value.isEmpty ? [] : string(value))
        })
    }
    body += string("") + string(blob)
    let raw = Array(try key.signature(for: SHA256.hash(data: body)).rawRepresentation)
    let numbers = string(mpint(raw[..<32])) + string(mpint(raw[32...]))
    body += string(string("ecdsa-sha2-nistp256") + string(numbers))
    return "\(type)-cert-v01@openssh.com \(Data(body).base64EncodedString())\n"
  }

  private func string(_ text: String) -> [UInt8] { string(Array(text.utf8)) }
  private func string(_ content: some Collection<UInt8>) -> [UInt8] {
    bytes(UInt32(content.count)) + content
  }
  private func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian, Array.init)
  }
  private func mpint(_ number: ArraySlice<UInt8>) -> [UInt8] {
    let trimmed = Array(number.drop { $0 == 0 })
    return trimmed.first.map { $0 > 0x7f } == true ? [0] + trimmed : trimmed
  }
}
