import ArgumentParser
import TeleportSandbox

/// A bot that is there from the start, and how it may join.
struct BotOptions: ParsableArguments {
  @Option(help: "Makes a bot of that name, with a token that `ready.json` tells.")
  var bot: String?

  @Option(name: .customLong("bot-role"), help: "A role that the bot may ask for; may be repeated.")
  var roles: [String] = []

  @Option(name: .customLong("bot-token"), help: "The token's name; made up if not given.")
  var token: String?

  @Option(
    name: .customLong("bot-service-account"),
    help:
      "Lets the bot join as this service account, NAMESPACE:NAME, in place of by the token's name; may be repeated."
  )
  var serviceAccounts: [String] = []

  @Option(
    name: .customLong("service-account-token"),
    help: "A token, and the service account whose it is: TOKEN=NAMESPACE:NAME; may be repeated.")
  var reviews: [TokenReview] = []

  @Option(help: "The longest that any certificate lasts, in seconds.")
  var maximumCertificateLifetime: Int?

  struct TokenReview: ExpressibleByArgument {
    let token: String
    let account: String

    init?(argument: String) {
      // A token is base64 and may end with the sign that stands before the account.
      guard let sign = argument.lastIndex(of: "=") else { return nil }
      token = String(argument[..<sign])
      account = String(argument[argument.index(after: sign)...])
      let parts = account.split(separator: ":", omittingEmptySubsequences: false)
      guard !token.isEmpty, parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    }
  }

  func apply(to options: inout TeleportSandbox.Options) {
    options.maximumCertificateLifetime = maximumCertificateLifetime.map { .seconds($0) }
    guard !reviews.isEmpty else { return }
    let accounts = Dictionary(reviews.map { ($0.token, $0.account) }) { _, last in last }
    options.reviewToken = { token in
      accounts[token].map { .serviceAccount($0) } ?? .refused("the token is unknown")
    }
  }

  /// The token's name; nil where no bot is asked for.
  func addBot(to teleport: TeleportSandbox) async throws -> String? {
    guard let bot else { return nil }
    return try await teleport.addBot(
      name: bot, roles: roles, token: token,
      method: serviceAccounts.isEmpty ? .token : .kubernetes(serviceAccounts), lifetime: nil)
  }

  func validate() throws {
    if bot == nil, !roles.isEmpty || token != nil || !serviceAccounts.isEmpty {
      throw ValidationError("--bot-role, --bot-token and --bot-service-account: there is no --bot")
    }
    if let lifetime = maximumCertificateLifetime, lifetime < 1 {
      throw ValidationError("--maximum-certificate-lifetime: must be at least 1 second")
    }
  }
}
