import Documents
import FoundationEssentials

extension Inspection {
  /// For programs. Times are RFC 3339 in UTC; what is not known is left out.
  var json: JSONValue {
    Self.object([
      "path": .string(path), "kind": .string(kind.rawValue), "time": Self.time(time),
      "generation": generation.map { .string($0) }, "healthy": .bool(isHealthy),
      "problems": .array(
        problems.map { ["code": .string($0.code.rawValue), "message": .string($0.message)] }),
      "identity": holder.map(Self.json),
      "certificate": certificate.map { json($0) }, "sshCertificate": ssh.map(Self.json),
      "authorities": .array(authorities.map(Self.json)),
      "files": .array(
        files.map {
          ["name": .string($0.name), "mode": .string($0.octalMode), "owner": .string($0.owner)]
        }),
    ])
  }

  private static func json(_ holder: Holder) -> JSONValue {
    object([
      "user": .string(holder.user), "bot": holder.bot.map { .string($0) },
      "botInstance": holder.instance.map { .string($0) },
      "impersonator": holder.impersonator.map { .string($0) },
      "cluster": holder.cluster.map { .string($0) },
      "roles": .array(holder.roles.map { .string($0) }),
    ])
  }

  private func json(_ certificate: TLSCertificate) -> JSONValue {
    Self.object([
      "notBefore": Self.time(certificate.notBefore), "notAfter": Self.time(certificate.notAfter),
      "remainingSeconds": .integer(
        Int64(certificate.notAfter.timeIntervalSince(time).rounded(.down))),
      "renewable": .bool(certificate.isRenewable),
      "generation": certificate.generation.map { .integer(Int64(clamping: $0)) },
      "key": .string(certificate.key), "serialNumber": .string(certificate.serialNumber),
      "sha256": .string(certificate.fingerprint),
    ])
  }

  private static func json(_ ssh: SSHCertificate) -> JSONValue {
    object([
      "keyID": .string(ssh.keyID), "principals": .array(ssh.principals.map { .string($0) }),
      "validAfter": ssh.validAfter.map(time), "validBefore": ssh.validBefore.map(time),
      "key": .string(ssh.key), "authority": .string(ssh.authority),
    ])
  }

  private static func json(_ authority: Authority) -> JSONValue {
    object([
      "kind": .string(authority.kind), "subject": .string(authority.subject),
      "notAfter": time(authority.notAfter), "sha256": .string(authority.fingerprint),
      "pin": authority.pin.map { .string($0) },
    ])
  }

  private static func time(_ date: Date) -> JSONValue {
    .string(date.formatted(Date.ISO8601FormatStyle()))
  }

  private static func object(_ members: [String: JSONValue?]) -> JSONValue {
    .object(members.compactMapValues { $0 })
  }
}
