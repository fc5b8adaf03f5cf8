import Operations

/// Order and forms: Teleport 14's lib/tbot/identity/artifact.go, lib/tbot/config/template_*.go and
/// lib/client/identityfile.
extension IssuedCredentials {
  /// The files of an `identity` output, but for `ssh_config`, which has to know where it stands.
  public var files: [PublishedFile: Secret<String>] {
    let knownHosts = knownHosts(besides: nil)
    var files = keyFiles
    files[.identity] = Secret(
      Self.line(keyPair.privateKeyPEM.reveal()) + Self.line(sshCertificate)
        + Self.line(certificatePEM) + knownHosts + Self.lines(hostCAPEMs))
    files[.knownHosts] = Secret(knownHosts)
    files[.hostCA] = Secret(Self.lines(hostCAPEMs))
    files[.userCA] = Secret(Self.lines(userCAPEMs))
    if !databaseCAPEMs.isEmpty { files[.databaseCA] = Secret(Self.lines(databaseCAPEMs)) }
    return files
  }

  /// The files of an `identity` output.
  ///
  /// - Parameters:
  ///   - destination: the absolute path of the directory, as the programs that use it see it.
  ///   - proxy: through which hosts are reached; without one they are dialled.
  /// - Throws: `.malformed` where the path cannot stand in an ssh_config.
  public func files(
    destination: String, proxy: SSHConfig.Proxy? = nil
  ) throws(CredentialsError) -> [PublishedFile: Secret<String>] {
    var files = files
    files[.knownHosts] = Secret(knownHosts(besides: proxy?.host))
    files[.sshConfig] = Secret(
      try SSHConfig(
        clusterName: clusterName, directory: destination, algorithm: keyPair.algorithm,
        proxy: proxy
      ).text)
    return files
  }

  /// The files of a `tls` output. As with tbot's application and database outputs, the CAs are the host CAs.
  public func tlsFiles() -> [PublishedFile: Secret<String>] {
    [
      .tlsKey: keyPair.privateKeyPEM,
      .tlsCertificate: Secret(Self.line(certificatePEM)),
      .tlsAuthorities: Secret(Self.lines(hostCAPEMs)),
    ]
  }

  /// What a bot that renews its own identity keeps for itself.
  ///
  /// - Parameter tokenHash: of the token that it joined with, as tbot writes it: hexadecimal SHA-256.
  public func storageFiles(tokenHash: String) -> [PublishedFile: Secret<String>] {
    var files = keyFiles
    // Not tbot's: so that this directory is read as any other.
    files[.hostCA] = Secret(Self.lines(hostCAPEMs))
    files[.storedTLSAuthorities] = Secret((userCAPEMs + hostCAPEMs).joined(separator: "$"))
    files[.storedSSHAuthorities] = Secret(sshHostCAs.map(Self.line).joined(separator: "$"))
    files[.tokenHash] = Secret(tokenHash)
    return files
  }

  private var keyFiles: [PublishedFile: Secret<String>] {
    [
      .key: keyPair.privateKeyPEM,
      .publicKey: Secret(keyPair.sshPublicKey),
      .certificate: Secret(Self.line(certificatePEM)),
      .sshCertificate: Secret(Self.line(sshCertificate)),
    ]
  }

  /// - Parameter proxy: a host that stands outside of the cluster's own names.
  private func knownHosts(besides proxy: String?) -> String {
    let hosts = (proxy.map { [$0] } ?? []) + [clusterName, "*.\(clusterName)"]
    // Teleport tells a host's CA from a user's by the comment.
    return sshHostCAs.map { line in
      "@cert-authority \(hosts.joined(separator: ",")) \(Self.key(line)) type=host\n"
    }.joined()
  }

  private static func lines(_ texts: [String]) -> String { texts.map(line).joined() }

  private static func line(_ text: String) -> String { text.hasSuffix("\n") ? text : text + "\n" }

  /// An authorized_keys line without what stands around it.
  private static func key(_ line: String) -> String {
    line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
