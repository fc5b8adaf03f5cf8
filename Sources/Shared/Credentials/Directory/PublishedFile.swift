/// The files of one generation, named as tbot's.
///
/// Source: Teleport's lib/tbot/identity, lib/tbot/config, lib/client/identityfile.
public enum PublishedFile: String, CaseIterable, Sendable {
  // What every output has.
  case key
  case publicKey = "key.pub"
  case certificate = "tlscert"
  case sshCertificate = "key-cert.pub"
  case hostCA = "teleport-host-ca.crt"
  case userCA = "teleport-user-ca.crt"
  case databaseCA = "teleport-database-ca.crt"

  // The identity output.
  case identity
  case knownHosts = "known_hosts"
  case sshConfig = "ssh_config"

  // The tls output.
  case tlsKey = "tls.key"
  case tlsCertificate = "tls.crt"
  case tlsAuthorities = "tls.cas"

  // The bot's own storage.
  case storedTLSAuthorities = "tlscacerts"
  case storedSSHAuthorities = "sshcacerts"
  case tokenHash = "tokenhash"
}
