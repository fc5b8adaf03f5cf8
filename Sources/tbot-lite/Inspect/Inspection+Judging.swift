import Credentials
import FoundationEssentials
import Operations

extension Inspection {
  /// Judges what was found. Reads nothing.
  init(_ found: Observation, at time: Date) {
    path = found.path
    self.time = time
    kind = found.kind
    generation = found.generation
    files = found.files
    if let failure = found.failure { complain(.unreadable, failure) }
    switch kind {
    case .identityFile: judgeIdentityFile(found)
    case .identityOutput, .botStorage: judgeOutput(found)
    case .tlsOutput: judgeTLSOutput(found)
    case .nothing:
      if found.failure == nil { complain(.missing, "\(path) holds no credentials") }
    }
    judgeAuthorities()
    judgeAccess()
  }

  // MARK: - By kind

  private mutating func judgeOutput(_ found: Observation) {
    require([.key, .certificate], of: found)
    if kind == .identityOutput { require([.hostCA], of: found) }
    let userCAs = authorities(found, .userCA, "user")
    authorities += authorities(found, .hostCA, "host") + userCAs
    authorities += authorities(found, .databaseCA, "database")
    if let stored = found.text(.storedTLSAuthorities), found.text(.hostCA) == nil {
      // tbot joins them with dollar signs.
      authorities += read(
        PEM.blocks(stored.replacing("$", with: "\n")), "any", .storedTLSAuthorities)
    }
    let leaf = judgePair(
      certificate: found.text(.certificate), .certificate, key: found.texts[.key], .key)
    if let leaf, let pem = found.text(.userCA), !userCAs.isEmpty,
      !leaf.isSigned(byAnyOf: PEM.blocks(pem, label: "CERTIFICATE"))
    {
      complain(
        .wrongAuthority,
        "the certificate is not signed by a CA in \(PublishedFile.userCA.rawValue): the CA was "
          + "rotated, or the files are of different clusters")
    }
    judgeSSH(found, leaf)
    judgeIdentity(besides: leaf, found)
  }

  private mutating func judgeTLSOutput(_ found: Observation) {
    require([.tlsKey, .tlsCertificate, .tlsAuthorities], of: found)
    authorities += authorities(found, .tlsAuthorities, "host")
    _ = judgePair(
      certificate: found.text(.tlsCertificate), .tlsCertificate, key: found.texts[.tlsKey], .tlsKey)
  }

  private mutating func judgeIdentityFile(_ found: Observation) {
    guard let identity = identityFile(found) else { return }
    let leaf = LeafCertificate(pem: identity.tls.certificatePEM)
    describe(identity.tls.certificate)
    authorities += read(identity.tls.trustedCAPEMs, "host", .identity)
    describe(identity.sshCertificate, leaf)
  }

  // MARK: - Parts

  private mutating func require(_ names: [PublishedFile], of found: Observation) {
    for name in names where found.texts[name] == nil && found.failure == nil {
      complain(.missing, "\(name.rawValue) is missing")
    }
  }

  private mutating func judgePair(
    certificate: String?, _ certificateName: PublishedFile, key: Secret<String>?,
    _ keyName: PublishedFile
  ) -> LeafCertificate? {
    guard let certificate else { return nil }
    let facts: CertificateFacts
    do {
      facts = try CertificateFacts(pem: certificate, source: certificateName.rawValue)
    } catch {
      complain(.malformed, error.message)
      return nil
    }
    describe(facts)
    let leaf = LeafCertificate(pem: certificate)
    if let key, let leaf {
      switch leaf.matches(privateKeyPEM: key) {
      case nil: complain(.malformed, "\(keyName.rawValue) is not a PEM key")
      case .some(false):
        complain(
          .mismatch,
          "\(certificateName.rawValue) and \(keyName.rawValue) do not belong together: they are of "
            + "different renewals")
      case .some(true): break
      }
    }
    return leaf
  }

  private mutating func describe(_ facts: CertificateFacts) {
    holder = Holder(
      user: facts.commonName ?? "", bot: facts.botName, instance: facts.botInstanceID,
      impersonator: facts.impersonator, cluster: facts.clusterName ?? facts.issuerOrganization,
      roles: facts.organizations)
    certificate = TLSCertificate(
      notBefore: facts.notBefore, notAfter: facts.notAfter, isRenewable: facts.isRenewable,
      generation: facts.generation, key: facts.keyDescription, serialNumber: facts.serialNumber,
      fingerprint: facts.fingerprint)
    judgeTime("the certificate", from: facts.notBefore, to: facts.notAfter)
  }

  private mutating func judgeTime(_ what: String, from: Date?, to: Date?) {
    if let to, time >= to {
      let ago = TimeSpan.text(time.timeIntervalSince(to))
      complain(.expired, "\(what) expired \(ago) ago: its renewal fails, or nobody renews it")
    } else if let from, time < from {
      let ahead = TimeSpan.text(from.timeIntervalSince(time))
      complain(
        .notYetValid, "\(what) becomes valid in \(ahead) only: this machine's clock is slow")
    }
  }

  private mutating func judgeSSH(_ found: Observation, _ leaf: LeafCertificate?) {
    guard let line = found.text(.sshCertificate) else { return }
    do {
      let name = PublishedFile.sshCertificate.rawValue
      describe(try Credentials.SSHCertificate(line: line, source: name), leaf)
    } catch {
      complain(.malformed, error.message)
    }
  }

  private mutating func describe(_ found: Credentials.SSHCertificate, _ leaf: LeafCertificate?) {
    ssh = SSHCertificate(
      keyID: found.keyID, principals: found.principals, validAfter: found.validAfter,
      validBefore: found.validBefore, key: found.publicKey.keyDescription,
      authority: found.authority.fingerprint)
    judgeTime("the SSH certificate", from: found.validAfter, to: found.validBefore)
    if let leaf, leaf.holds(found.publicKey) == false {
      complain(
        .differentKeys,
        "the SSH certificate and the TLS certificate are of different keys: they are of different "
          + "renewals")
    }
  }

  private mutating func judgeIdentity(besides leaf: LeafCertificate?, _ found: Observation) {
    guard found.texts[.identity] != nil, let identity = identityFile(found) else { return }
    if certificate == nil { describe(identity.tls.certificate) }
    if identity.tls.certificate.fingerprint != certificate?.fingerprint {
      complain(
        .differentCertificates,
        "\(PublishedFile.identity.rawValue) and \(PublishedFile.certificate.rawValue) are of "
          + "different renewals")
    }
  }

  private mutating func identityFile(_ found: Observation) -> IdentityFile? {
    guard let text = found.texts[.identity] else { return nil }
    do {
      return try IdentityFile(text, source: PublishedFile.identity.rawValue)
    } catch {
      complain(error.code == .mismatch ? .mismatch : .malformed, error.message)
      return nil
    }
  }
}
