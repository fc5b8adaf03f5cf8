/// Stops a mass deletion that nobody may have meant: a chart that was turned off, a CRD or a namespace deleted.
///
/// - Guarantees: within a window no more than the limit is deleted of a kind. What waits counts too, so that a stop does
///   not wear off with time; it ends when deletions are confirmed or taken back.
struct DeletionBrake: Hashable, Sendable {
  /// Deletions up to this number are always let through.
  var count = 10
  /// Of all resources of a kind, in percent.
  var percent = 20
  var window: Duration = .seconds(60)

  init() {}

  /// Reads `10,20%`: both have to be exceeded.
  init?(_ text: String) {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == 2, let count = Int(parts[0]), count >= 0, parts[1].last == "%",
      let percent = Int(parts[1].dropLast()), (0...100).contains(percent)
    else { return nil }
    self.count = count
    self.percent = percent
  }

  /// Why deletions are held back.
  struct Stop: Hashable, Sendable {
    /// How many are wanted, or were carried out within the window.
    let wanted: Int
    /// How many there are, the wanted ones included.
    let total: Int
    let limit: Int
  }

  /// - Parameters:
  ///   - waiting: unconfirmed deletions that have not been carried out.
  ///   - recent: unconfirmed deletions that were carried out within the window.
  ///   - total: custom resources of the kind, those that wait included.
  func stop(waiting: Int, recent: Int, total: Int) -> Stop? {
    let total = total + recent
    let limit = max(count, total * percent / 100)
    let wanted = waiting + recent
    return wanted > limit ? Stop(wanted: wanted, total: total, limit: limit) : nil
  }
}
