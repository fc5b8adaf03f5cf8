import TeleportSchema

/// What the event stream says of a cluster's authorities.
enum AuthorityEvent: Hashable, Sendable {
  case initialized
  case changed(type: String, cluster: String)

  private static let kind = "cert_authority"
  /// The field of `proto.Event` that carries a types.CertAuthorityV2.
  private static let field = 3

  /// - Returns: nil for an event of something else.
  /// - Source: teleport-wire.md I; both resource and header have the type as their sub kind and the cluster as name.
  init?(_ message: [UInt8]) throws(WireError) {
    let fields = try WireReader.fields(of: message)
    let resource: ArraySlice<UInt8>?
    switch fields.last(where: { $0.number == 1 })?.varint ?? 0 {
    case 0:
      self = .initialized
      return
    case 1: resource = fields.last { $0.number == Self.field }?.bytes
    case 2: resource = fields.last { $0.number == 2 }?.bytes
    default: return nil
    }
    guard let resource else { return nil }
    let header = try WireReader.fields(of: resource)
    guard header.last(where: { $0.number == 1 })?.string == Self.kind else { return nil }
    self = .changed(
      type: header.last { $0.number == 2 }?.string ?? "", cluster: try ResourceFacts(resource).name)
  }

  /// Whether it is about an authority that this cluster's clients have to know. Trusted clusters have theirs too.
  func concerns(_ cluster: String) -> Bool {
    guard case .changed(let type, cluster) = self else { return false }
    return CertificateAuthorityType(rawValue: type) != nil
  }
}

extension AuthConnection {
  /// Follows the changes of this cluster's authorities until the stream ends.
  ///
  /// - Parameters:
  ///   - onReady: called once, before any `onChange`. What changed before is not told: look now.
  ///   - onChange: called for each change of an authority of `CertificateAuthorityType`, one after another. The server
  ///     ends the stream of a reader that is too slow.
  /// - Throws: `.permissionDenied` where the caller may not read authorities; the role of a bot may.
  public func watchAuthorities(
    onReady: @escaping @Sendable () async -> Void, onChange: @escaping @Sendable () async -> Void
  ) async throws(TeleportError) {
    let cluster = server.clusterName
    try await events(of: ["cert_authority"], allowPartialSuccess: false) {
      message throws(WireError) in
      let event = try AuthorityEvent(message)
      if event == .initialized { await onReady() }
      if event?.concerns(cluster) == true { await onChange() }
    }
  }
}
