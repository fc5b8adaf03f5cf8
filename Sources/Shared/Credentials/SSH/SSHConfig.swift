/// The `ssh_config` of an identity output: `ssh -F DIR/ssh_config user@node.cluster`.
///
/// Source: Teleport 14's lib/config/openssh and lib/tbot/config/template_ssh_client.go.
public struct SSHConfig: Sendable {
  /// A Teleport proxy, and the program that connects through it as tbot's `proxy` command does.
  public struct Proxy: Sendable {
    public let host: String
    public let port: Int
    /// Absolute path.
    public let executable: String

    public init(host: String, port: Int, executable: String) {
      self.host = host
      self.port = port
      self.executable = executable
    }
  }

  public let clusterName: String
  /// Absolute path of the directory that the files stand in.
  public let directory: String
  /// Of the cluster's keys: those before Teleport 17 are RSA only.
  public let algorithm: KeyPair.Algorithm
  public let proxy: Proxy?

  public init(
    clusterName: String, directory: String, algorithm: KeyPair.Algorithm, proxy: Proxy? = nil
  ) {
    self.clusterName = clusterName
    self.directory = directory
    self.algorithm = algorithm
    self.proxy = proxy
  }

  /// - Throws: `.malformed` where OpenSSH would take a path or a name for something else.
  public var text: String {
    get throws(CredentialsError) {
      guard directory.hasPrefix("/") else {
        throw CredentialsError(
          .malformed, "ssh_config needs the destination's absolute path, which \(directory) is not")
      }
      for path in [directory] + (proxy.map { [$0.executable] } ?? []) {
        // OpenSSH has no way to write these between quotation marks that all of its versions know.
        guard !path.unicodeScalars.contains(where: { "\"\\$`\n\r\0".unicodeScalars.contains($0) })
        else {
          throw CredentialsError(
            .malformed,
            "the path \(path) cannot stand in an ssh_config: it has a quotation mark, backslash, $, ` or line break"
          )
        }
      }
      for name in [clusterName] + (proxy.map { [$0.host] } ?? []) {
        guard DirectoryPublisher.isPlain(name) else {
          throw CredentialsError(.malformed, "\(name) cannot be a host name in an ssh_config")
        }
      }
      return content
    }
  }

  private var content: String {
    let proxyHost = proxy.map { " \($0.host)" } ?? ""
    var lines = [
      "# Begin generated Teleport configuration for \(proxy?.host ?? clusterName) by tbot-lite", "",
      "# Common flags for all \(clusterName) hosts",
      "Host *.\(clusterName)\(proxyHost)",
      "    UserKnownHostsFile \(Self.quoted(directory, PublishedFile.knownHosts))",
      "    IdentityFile \(Self.quoted(directory, PublishedFile.key))",
      "    CertificateFile \(Self.quoted(directory, PublishedFile.sshCertificate))",
      "    HostKeyAlgorithms \(hostKeyAlgorithms.joined(separator: ","))",
      "", "# Flags for all \(clusterName) hosts except the proxy",
      "Host *.\(clusterName)\(proxy.map { " !\($0.host)" } ?? "")",
      "    Port 3022",
    ]
    if let proxy {
      lines.append(
        "    ProxyCommand \"\(Self.literal(proxy.executable))\" proxy "
          + "\"--destination-dir=\(Self.literal(directory))\" --proxy=\(proxy.host):\(proxy.port) "
          + "ssh --cluster=\(clusterName) %r@%h:%p")
    }
    return lines.joined(separator: "\n") + "\n\n# End generated Teleport configuration\n"
  }

  private var hostKeyAlgorithms: [String] {
    let names = ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"]
    let newer = algorithm == .rsa2048 ? [] : ["ssh-ed25519", "ecdsa-sha2-nistp256"]
    return (newer + names).map { "\($0)-cert-v01@openssh.com" }
  }

  private static func quoted(_ directory: String, _ file: PublishedFile) -> String {
    "\"\(literal(directory))/\(file.rawValue)\""
  }

  /// `%` begins something that OpenSSH puts in.
  private static func literal(_ path: String) -> String {
    path.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%")
  }
}
