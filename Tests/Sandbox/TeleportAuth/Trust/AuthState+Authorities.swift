extension AuthState {
  /// Commits an authority as it stands now, with an event for who watches.
  func storeAuthority(_ kind: AuthorityKind) throws {
    store(try authorityMessage(kind, includesKeys: false).bytes(), kind: "cert_authority")
  }

  /// `TrustService.GetCertAuthority`; private keys need the right to read them.
  func getCertAuthority(_ call: Call) throws(CallError) -> Reply {
    .message(
      try authority(
        type: call.message.string(at: [1]), domain: call.message.string(at: [2]),
        includesKeys: call.message.varint(at: [3]) == 1, for: call.caller))
  }

  /// The resource's bytes.
  func authority(
    type: String, domain: String, includesKeys: Bool, for caller: Caller
  ) throws(CallError) -> [UInt8] {
    guard let kind = AuthorityKind(rawValue: type) else {
      throw CallError(.badParameter, "\"\(type)\" authority type is not supported")
    }
    // From 13 on nobody learns which clusters there are before its right to read is known.
    if major >= 13 { try requireRight(to: includesKeys, caller) }
    guard domain == clusterName else {
      throw CallError(.notFound, "key \"/authorities/\(type)/\(domain)\" is not found")
    }
    if major < 13 { try requireRight(to: includesKeys, caller) }
    do {
      // The store has no private keys. Without them, reads see what the cache has.
      if includesKeys { return try authorityMessage(kind, includesKeys: true).bytes() }
      let key = ResourceKey.authority(kind, cluster: clusterName)
      return cache[key.kind, key.name]?.message ?? []
    } catch {
      throw CallError(.unknown, "\(error)")
    }
  }

  private func requireRight(to readKeys: Bool, _ caller: Caller) throws(CallError) {
    try caller.rules.require(readKeys ? .read : .readnosecrets, on: "cert_authority")
  }

  private func authorityMessage(_ kind: AuthorityKind, includesKeys: Bool) -> AuthorityMessage {
    AuthorityMessage(
      kind: kind, cluster: clusterName, set: pki[kind], includesKeys: includesKeys)
  }
}

extension ResourceKey {
  /// All authorities of a cluster have its name: the type belongs to the key.
  static func authority(_ kind: AuthorityKind, cluster: String) -> ResourceKey {
    ResourceKey(kind: "cert_authority", name: "\(kind.rawValue)/\(cluster)")
  }
}
