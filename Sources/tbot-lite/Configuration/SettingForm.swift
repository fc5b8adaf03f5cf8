import TeleportClient
import TeleportSchema

/// The forms that values of settings have: a parser and what to say of a value that it does not take.
enum SettingForm {
  static let directory = "the path of a directory"

  /// A path; not the URIs that tbot takes too. Slashes at its end do not count.
  static func path(_ text: String) -> String? {
    if text.isEmpty || text.utf8.contains(0) || text.firstRange(of: "://") != nil { return nil }
    var path = Substring(text)
    while path.utf8.count > 1, path.hasSuffix("/") { path = path.dropLast() }
    return String(path)
  }

  static let name = "a name of letters, digits, - and _"

  static func name(_ text: String) -> String? {
    let isName = text.utf8.allSatisfy {
      ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7a) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2d
        || $0 == 0x5f
    }
    return isName && !text.isEmpty && text.utf8.count <= 200 ? text : nil
  }

  static let role = "the name of a role"

  /// Teleport takes nearly every name; what cannot be one is most likely a slip of the pen.
  static func role(_ text: String) -> String? {
    let isName = text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f && $0 != 0x2c }
    return isName && !text.isEmpty && text.utf8.count <= 200 ? text : nil
  }

  static let outputName = "a name without blanks and commas"

  static let lifetime = "a duration from 1m to 7d"

  static func lifetime(_ text: String) -> Duration? { duration(text, from: 60) }

  static let interval = "a duration from 1s to 7d"

  static func interval(_ text: String) -> Duration? { duration(text, from: 1) }

  private static func duration(_ text: String, from minimum: Int64) -> Duration? {
    guard let nanoseconds = DurationText.parse(text) else { return nil }
    let duration = Duration.nanoseconds(nanoseconds)
    return (.seconds(minimum)...Duration.seconds(7 * 86400)).contains(duration) ? duration : nil
  }

  static let pin =
    "sha256: and 64 hexadecimal digits; `tctl status` prints it as the cluster's CA pin"

  static func pin(_ text: String) -> String? { (try? CAPin(text))?.description }

  static let group = "the name or number of a group"

  static func group(_ text: String) -> String? {
    let isGroup = text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x3a && $0 != 0x7f }
    return isGroup && !text.isEmpty && text.utf8.count <= 64 ? text : nil
  }

  static let secretName = "the name of a Secret: lower-case letters, digits, - and ."

  /// Source: Kubernetes' DNS-1123 subdomain.
  static func secretName(_ text: String) -> String? {
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    return text.utf8.count <= 253 && labels.allSatisfy { label($0) } ? text : nil
  }

  static let namespace = "the name of a namespace: lower-case letters, digits and -"

  /// Source: Kubernetes' DNS-1123 label.
  static func namespace(_ text: String) -> String? {
    text.utf8.count <= 63 && label(Substring(text)) ? text : nil
  }

  private static func label(_ text: Substring) -> Bool {
    let isLabel = text.utf8.allSatisfy {
      ($0 >= 0x61 && $0 <= 0x7a) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2d
    }
    return isLabel && !text.isEmpty && text.first != "-" && text.last != "-"
  }
}
