import Credentials
import Operations

/// What was found at a path, before anybody judges it.
struct Observation: Sendable {
  let path: String
  let generation: String?
  /// The directory itself first, as `.`.
  let files: [Inspection.File]
  let texts: [PublishedFile: Secret<String>]
  /// An identity file was named, not a directory.
  let isIdentityFile: Bool
  /// Why there is nothing, or not everything.
  let failure: String?

  var kind: Inspection.Kind {
    if isIdentityFile { return .identityFile }
    if texts[.tokenHash] != nil || texts[.storedTLSAuthorities] != nil { return .botStorage }
    if texts[.certificate] != nil || texts[.key] != nil || texts[.identity] != nil {
      return .identityOutput
    }
    if texts[.tlsCertificate] != nil || texts[.tlsKey] != nil { return .tlsOutput }
    return .nothing
  }

  /// The text of a file that is no secret.
  func text(_ file: PublishedFile) -> String? { texts[file]?.reveal() }
}
