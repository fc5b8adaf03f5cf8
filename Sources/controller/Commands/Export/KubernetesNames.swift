/// What Kubernetes allows as names and labels.
///
/// Source: RFC 1123 as apimachinery's validation applies it.
enum KubernetesNames {
  /// Why this cannot be the name of a custom resource; nil where it can.
  static func flaw(inName name: String) -> String? {
    if name.utf8.count > 253 { return "it is longer than 253 characters" }
    let isLegal = name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
      isBounded(part, by: isLowercaseAlphanumeric)
        && part.utf8.allSatisfy {
          isLowercaseAlphanumeric($0) || $0 == UInt8(ascii: "-")
        }
    }
    return isLegal ? nil : "only lowercase letters, digits, '-' and '.' are allowed there"
  }

  static func isLabel(_ key: String, _ value: String) -> Bool {
    var parts = key.split(separator: "/", omittingEmptySubsequences: false)
    let name = parts.popLast() ?? ""
    guard parts.count <= 1, parts.allSatisfy({ flaw(inName: String($0)) == nil }) else {
      return false
    }
    return !name.isEmpty && isLabelText(name) && (value.isEmpty || isLabelText(value[...]))
  }

  private static func isLabelText(_ text: Substring) -> Bool {
    text.utf8.count <= 63 && isBounded(text, by: isAlphanumeric)
      && text.utf8.allSatisfy { isAlphanumeric($0) || "-_.".utf8.contains($0) }
  }

  private static func isBounded(_ text: Substring, by isAllowed: (UInt8) -> Bool) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last else { return false }
    return isAllowed(first) && isAllowed(last)
  }

  private static func isLowercaseAlphanumeric(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  static func isAlphanumeric(_ byte: UInt8) -> Bool {
    isLowercaseAlphanumeric(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
  }
}
