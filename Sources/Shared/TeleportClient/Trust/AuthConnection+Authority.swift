import FoundationEssentials

extension AuthConnection {
  /// An authority of this connection's cluster, with what is trusted besides in a rotation.
  ///
  /// - Throws: `.notFound` where the server has no such authority; old ones have none for databases.
  /// - Source: teleport-wire.md B.3; TrustService since 13, before that HTTP.
  public func certificateAuthority(
    _ type: CertificateAuthorityType, timeout: Duration = defaultTimeout
  ) async throws(TeleportError) -> CertificateAuthority {
    do throws(TeleportError) {
      let authority: CertificateAuthority
      do throws(TeleportError) {
        authority = try await modernAuthority(type, timeout)
      } catch  where error.code == .unimplemented {
        authority = try await legacyAuthority(type, timeout)
      }
      guard !authority.tlsCertificates.isEmpty || !authority.sshPublicKeys.isEmpty else {
        throw TeleportError(
          .malformedReply, operation: "\(type.rawValue) CA", detail: "no key in it")
      }
      return authority
    } catch {
      throw error.ofRead
    }
  }

  private func modernAuthority(
    _ type: CertificateAuthorityType, _ timeout: Duration
  ) async throws(TeleportError) -> CertificateAuthority {
    var request = Proto_GetCertAuthorityRequest()
    request.type = type.rawValue
    request.domain = server.clusterName
    let reply: Proto_CertAuthority = try await call(
      "teleport.trust.v1.TrustService/GetCertAuthority", request, timeout: timeout)
    return CertificateAuthority(reply)
  }

  private func legacyAuthority(
    _ type: CertificateAuthorityType, _ timeout: Duration
  ) async throws(TeleportError) -> CertificateAuthority {
    let path =
      "/v2/authorities/\(type.rawValue)/\(pathSegment(server.clusterName))?load_keys=false"
    let reply: Data
    do {
      reply = try await LegacyAPI(address: address, security: security)
        .call(path, timeout: timeout)
    } catch {
      throw await namingLock(error)
    }
    guard let document = try? JSONDecoder().decode(AuthorityDocument.self, from: reply) else {
      throw TeleportError(.malformedReply, operation: "GET \(path)", detail: "not an authority")
    }
    return CertificateAuthority(document)
  }
}

/// A text as one segment of a URL's path. Source: RFC 3986, sections 2.1 and 2.3.
func pathSegment(_ text: String) -> String {
  text.utf8.map { byte in
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e:
      return String(UnicodeScalar(byte))
    default:
      return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
  }.joined()
}
