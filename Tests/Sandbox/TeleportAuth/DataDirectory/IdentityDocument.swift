import Documents
import FoundationEssentials

/// The JSON document in which Teleport keeps an identity of its own.
enum IdentityDocument {
  static func json(
    _ identity: HostIdentity, authorities: [CertificateAuthority]
  ) throws -> JSONValue {
    func base64(_ text: String) -> JSONValue { .string(Data(text.utf8).base64EncodedString()) }
    return [
      "kind": "identity",
      "version": "v2",
      "metadata": ["name": "current"],
      "spec": [
        "key": base64(identity.key.pem),
        "ssh_cert": base64(identity.sshCertificate),
        "tls_cert": base64(try identity.certificate.pem),
        "tls_ca_certs": .array(try authorities.map { base64(try $0.certificate.pem) }),
        "ssh_ca_certs": .array(try authorities.map { base64(try $0.sshAuthorizedKey()) }),
      ],
    ]
  }
}
