/// First contact with a cluster: from a pin to a CA.
public enum ClusterTrust {
  /// More would only fill the log; a rotation has two.
  private static let mostPinsTold = 8

  /// Asks a server that cannot be verified yet for its host CA, and takes what is pinned.
  ///
  /// - Returns: the CA certificates that a pin matches, PEM, and no other: the server could be anybody, and could have
  ///   added its own to the right ones.
  /// - Throws: `.untrustedServer` where no pin matches, with the pins that the server has.
  public static func fetch(
    from address: AuthAddress, pinnedBy pins: [CAPin],
    timeout: Duration = AuthConnection.defaultTimeout
  ) async throws(TeleportError) -> [String] {
    let connection = try await AuthConnection.openAnonymous(
      address, trust: .unverified, timeout: timeout)
    defer { connection.drain() }
    let offered = try await connection.hostCAs(timeout: timeout)
    let pinned = offered.filter { pem in pins.contains { $0.matches(certificatePEM: pem) } }
    guard pinned.isEmpty else { return pinned }
    throw TeleportError(
      .untrustedServer, operation: "checking the CA of \(address)",
      ownWords: explanation(pins, offered), mayHaveTakenEffect: false)
  }

  private static func explanation(_ pins: [CAPin], _ offered: [String]) -> String {
    let wanted = list(pins)
    let found = list(offered.compactMap { try? CAPin(certificatePEM: $0) })
    return
      "none of its CAs has the pin \(wanted); its pins are \(found). Compare with the \"CA pin\" that "
      + "tctl status prints on the auth server: if one of these is there, use it; if not, this is another server"
  }

  private static func list(_ pins: [CAPin]) -> String {
    guard !pins.isEmpty else { return "(none)" }
    return pins.prefix(mostPinsTold).map(\.description).joined(separator: ", ")
      + (pins.count > mostPinsTold ? ", …" : "")
  }
}
