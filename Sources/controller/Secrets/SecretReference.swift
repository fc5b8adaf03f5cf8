/// A key of a Secret, named in place of a value: `secret://NAME/KEY`.
///
/// Source: the form that the official operator's `secretlookup` takes.
struct SecretReference: Hashable, Sendable, CustomStringConvertible {
  private static let prefix = "secret://"

  /// The Secret's name; it is in the namespace of whoever refers to it.
  let name: String
  let key: String

  /// Whether a text is meant as a reference.
  static func isMeant(by text: String) -> Bool { text.hasPrefix(prefix) }

  /// nil where the text is none, or names what no Secret and no key can be called.
  init?(_ text: String) {
    guard Self.isMeant(by: text) else { return nil }
    let parts = text.dropFirst(Self.prefix.count)
      .split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, Self.isName(parts[0]), Self.isKey(parts[1]) else { return nil }
    name = String(parts[0])
    key = String(parts[1])
  }

  var description: String { "\(Self.prefix)\(name)/\(key)" }

  /// A DNS subdomain name, as Kubernetes wants them.
  private static func isName(_ text: Substring) -> Bool {
    (1...253).contains(text.utf8.count)
      && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
        guard let first = label.utf8.first, let last = label.utf8.last else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last)
          && label.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
      }
  }

  private static func isKey(_ text: Substring) -> Bool {
    (1...253).contains(text.utf8.count) && text != "." && !text.hasPrefix("..")
      && text.utf8.allSatisfy { byte in
        isAlphanumeric(byte) || (0x41...0x5a).contains(byte) || "-_.".utf8.contains(byte)
      }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte)
  }
}
