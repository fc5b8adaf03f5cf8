import Credentials
import Testing

@Suite struct SSHConfigTests {
  private func config(
    _ directory: String = "/run/identity", cluster: String = "main.example.com",
    _ algorithm: KeyPair.Algorithm = .rsa2048, proxy: SSHConfig.Proxy? = nil
  ) throws -> String {
    try SSHConfig(
      clusterName: cluster, directory: directory, algorithm: algorithm, proxy: proxy
    ).text
  }

  /// Teleport 14's template, without a proxy.
  @Test func hostsAreDialled() throws {
    #expect(
      try config() == """
        # Begin generated Teleport configuration for main.example.com by tbot-lite

        # Common flags for all main.example.com hosts
        Host *.main.example.com
            UserKnownHostsFile "/run/identity/known_hosts"
            IdentityFile "/run/identity/key"
            CertificateFile "/run/identity/key-cert.pub"
            HostKeyAlgorithms rsa-sha2-512-cert-v01@openssh.com,rsa-sha2-256-cert-v01@openssh.com,ssh-rsa-cert-v01@openssh.com

        # Flags for all main.example.com hosts except the proxy
        Host *.main.example.com
            Port 3022

        # End generated Teleport configuration

        """)
  }

  @Test func aProxyIsDialledByItsProgram() throws {
    let proxy = SSHConfig.Proxy(host: "proxy.example.com", port: 443, executable: "/bin/tbot")
    let lines = try config(.p256, proxy: proxy).split(separator: "\n").map(String.init)
    #expect(lines.contains("Host *.main.example.com proxy.example.com"))
    #expect(lines.contains("Host *.main.example.com !proxy.example.com"))
    #expect(
      lines.contains(
        "    ProxyCommand \"/bin/tbot\" proxy \"--destination-dir=/run/identity\" --proxy=proxy.example.com:443 ssh --cluster=main.example.com %r@%h:%p"
      ))
    #expect(lines.contains { $0.contains("HostKeyAlgorithms ssh-ed25519-cert") })
  }

  private func config(_ algorithm: KeyPair.Algorithm, proxy: SSHConfig.Proxy) throws -> String {
    try config("/run/identity", algorithm, proxy: proxy)
  }

  @Test func aPercentSignIsNoBeginningOfAnything() throws {
    #expect(try config("/run/100%d").contains("IdentityFile \"/run/100%%d/key\""))
  }

  @Test(arguments: ["relative", "", "/a\"b", "/a\\b", "/${HOME}", "/a\nHost *", "/`id`"])
  func aPathThatMeansSomethingElseIsRefused(path: String) {
    #expect(#expect(throws: CredentialsError.self) { try config(path) }?.code == .malformed)
  }

  @Test(arguments: ["", "a b", "*", "a\nHost *"])
  func aClusterIsNamedLikeAHost(name: String) {
    #expect(
      #expect(throws: CredentialsError.self) { try config(cluster: name) }?.code == .malformed)
  }
}
