import Credentials
import FoundationEssentials

/// What the server's clock says, as far as its certificates tell.
///
/// A certificate's validity is judged by whoever is shown it, which is the server: a local clock that is minutes off must
/// neither make a good certificate look bad nor a bad one good.
struct ServerClock: Sendable, Hashable {
  /// How far the server is ahead of this machine, in seconds; negative where it is behind.
  private(set) var offset: TimeInterval = 0

  /// Teleport's certificates begin a minute before they are made (teleport-wire.md E.4).
  static let leeway: TimeInterval = 60
  /// Beyond what networks and NTP explain.
  static let notable: TimeInterval = 10

  /// - Parameters:
  ///   - notBefore: of a certificate that has just been issued.
  ///   - asked: when it was asked for, by the local clock.
  ///   - received: when it came, by the local clock.
  mutating func observe(notBefore: Date, asked: Date, received: Date) {
    let issued = notBefore.addingTimeInterval(Self.leeway)
    let middle = asked.addingTimeInterval(received.timeIntervalSince(asked) / 2)
    let seen = issued.timeIntervalSince(middle)
    // Certificates carry whole seconds: what is smaller than that is no skew.
    offset = abs(seen) <= 1 + received.timeIntervalSince(asked) ? 0 : seen
  }

  func serverTime(at local: Date) -> Date { local.addingTimeInterval(offset) }
}
