import FoundationEssentials

/// A renewal that was asked for and whose outcome may be unknown.
struct BegunRenewal: Sendable, Hashable {
  /// Of the identity that is renewed.
  let fingerprint: String
  /// By the local clock.
  let time: Date

  /// In seconds: servers answer from caches, so a count that has not moved proves nothing before that. Seen on real
  /// servers: up to one second.
  static let certainty: TimeInterval = 10

  /// Whether what the server shows at that time is later than what this renewal did to it.
  func isSettled(at now: Date) -> Bool {
    let age = now.timeIntervalSince(time)
    // A clock that was set back says nothing about the age.
    return age >= Self.certainty || age < -Self.certainty
  }

  var text: String { "\(fingerprint) \(Int(time.timeIntervalSince1970.rounded(.up)))" }

  init(fingerprint: String, time: Date) {
    self.fingerprint = fingerprint
    self.time = time
  }

  init?(text: String) {
    let words = text.split(whereSeparator: \.isWhitespace)
    guard words.count == 2, let seconds = Double(words[1]) else { return nil }
    self.init(fingerprint: String(words[0]), time: Date(timeIntervalSince1970: seconds))
  }
}
