import Credentials
import FoundationEssentials
import TeleportClient

// The CAs, and who may read the files.

extension Inspection {
  mutating func authorities(
    _ found: Observation, _ file: PublishedFile, _ kind: String
  ) -> [Authority] {
    guard let text = found.text(file) else { return [] }
    return read(PEM.blocks(text, label: "CERTIFICATE"), kind, file)
  }

  mutating func read(_ pems: [String], _ kind: String, _ file: PublishedFile) -> [Authority] {
    if pems.isEmpty { complain(.malformed, "\(file.rawValue) has no certificate") }
    var authorities: [Authority] = []
    for pem in pems {
      do {
        let facts = try CertificateFacts(pem: pem, source: "a certificate in \(file.rawValue)")
        authorities.append(
          Authority(
            kind: kind, subject: facts.commonName ?? facts.organizations.first ?? "",
            notAfter: facts.notAfter, fingerprint: facts.fingerprint,
            pin: (try? CAPin(certificatePEM: pem))?.description))
      } catch {
        complain(.malformed, error.message)
      }
    }
    return authorities
  }

  /// One of several may be old: a rotation leaves it for a while.
  mutating func judgeAuthorities() {
    for kind in ["host", "user", "database", "any"] {
      let ends = authorities.filter { $0.kind == kind }.map(\.notAfter)
      guard let last = ends.max(), last <= time else { continue }
      complain(
        .authorityExpired,
        "\(ends.count == 1 ? "the \(kind) CA" : "every \(kind) CA") expired "
          + "\(TimeSpan.text(time.timeIntervalSince(last))) ago")
    }
  }

  /// Files with a private key in them.
  private static let secretFiles: Set<String> = Set(
    [PublishedFile.key, .identity, .tlsKey].map(\.rawValue))

  mutating func judgeAccess() {
    for file in files {
      if file.mode & 0o022 != 0 {
        let who = file.mode & 0o002 != 0 ? "everybody" : "the group"
        let what = file.name == "." ? path : file.name
        complain(.exposed, "\(what) can be changed by \(who) (mode \(file.octalMode))")
      }
      let isSecret = kind == .identityFile || Self.secretFiles.contains(file.name)
      if isSecret, file.mode & 0o004 != 0 {
        complain(
          .exposed,
          "\(file.name) holds a private key and can be read by everybody (mode \(file.octalMode)); "
            + "who has read it can use it until it expires")
      }
    }
  }
}

extension Inspection.File {
  var octalMode: String {
    let digits = String(mode & 0o7777, radix: 8)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
