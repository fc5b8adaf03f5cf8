import Credentials
import FoundationEssentials
import TeleportClient

/// What the steps of one cycle leave for the later ones.
struct Cycle: Sendable {
  var identity: BotIdentity?
  var connection: AuthConnection?
  var authorities: TrustedAuthorities?
  var issued: IssuedCredentials?
  /// Names of the outputs that were published in it.
  var published: [String] = []
}

/// What is known of an output.
struct OutputState: Sendable {
  let name: String
  var certificate: CertificateFacts?
  /// How long the certificate is meant to be used.
  var period: Duration = .seconds(1)

  init(name: String) { self.name = name }
}
