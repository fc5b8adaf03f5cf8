import FoundationEssentials

/// What a directory or file of credentials holds, and what is wrong with it. Nothing in it is secret.
struct Inspection: Equatable, Sendable {
  enum Kind: String, Sendable {
    case identityOutput, tlsOutput, identityFile, botStorage, nothing

    /// For people.
    var text: String {
      switch self {
      case .identityOutput: "identity output"
      case .tlsOutput: "tls output"
      case .identityFile: "identity file"
      case .botStorage: "bot storage"
      case .nothing: "no credentials"
      }
    }
  }

  struct Holder: Equatable, Sendable {
    let user: String
    let bot: String?
    let instance: String?
    /// Who asked for the certificate in the user's name.
    let impersonator: String?
    let cluster: String?
    let roles: [String]
  }

  struct TLSCertificate: Equatable, Sendable {
    let notBefore: Date
    let notAfter: Date
    let isRenewable: Bool
    let generation: UInt64?
    let key: String
    /// Hexadecimal.
    let serialNumber: String
    /// Hexadecimal SHA-256 of the certificate.
    let fingerprint: String
  }

  struct SSHCertificate: Equatable, Sendable {
    let keyID: String
    let principals: [String]
    /// nil: from ever.
    let validAfter: Date?
    /// nil: for ever.
    let validBefore: Date?
    let key: String
    /// `SHA256:…`, as ssh-keygen prints it.
    let authority: String
  }

  struct Authority: Equatable, Sendable {
    /// `host`, `user`, `database`, or `any` where the file does not say.
    let kind: String
    let subject: String
    let notAfter: Date
    /// Hexadecimal SHA-256 of the certificate.
    let fingerprint: String
    /// As `tctl status` prints it.
    let pin: String?
  }

  struct File: Equatable, Sendable {
    let name: String
    /// Permission bits.
    let mode: UInt32
    /// `user:group`.
    let owner: String
  }

  struct Problem: Equatable, Sendable {
    enum Code: String, Sendable {
      case unreadable, missing, malformed, mismatch, expired, notYetValid, exposed
      case wrongAuthority, authorityExpired, differentKeys, differentCertificates
    }

    let code: Code
    /// What, where, and what it leads to.
    let message: String
  }

  let path: String
  var kind = Kind.nothing
  /// Of a directory that is published in generations.
  var generation: String?
  /// When it was looked at.
  let time: Date
  var holder: Holder?
  var certificate: TLSCertificate?
  var ssh: SSHCertificate?
  var authorities: [Authority] = []
  /// The directory itself first, as `.`.
  var files: [File] = []
  var problems: [Problem] = []

  var isHealthy: Bool { problems.isEmpty }

  mutating func complain(_ code: Problem.Code, _ message: String) {
    problems.append(Problem(code: code, message: message))
  }
}
