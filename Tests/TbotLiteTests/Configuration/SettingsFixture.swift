import Operations
import Testing

@testable import tbot_lite

/// Settings from texts; files by their paths.
func settings(
  _ given: [String: String?] = [:], _ environment: [String: String] = [:],
  files: [String: String] = [:]
) throws -> Settings {
  try Settings(given, environment: environment, workingDirectory: "/work") { files[$0] }
}

func complaint(
  _ given: [String: String?] = [:], _ environment: [String: String] = [:],
  files: [String: String] = [:]
) throws -> String {
  try #require(
    #expect(throws: InvalidOption.self) { try settings(given, environment, files: files) }
  ).description
}

/// What is wrong with a configuration file, `version: v2` being its first line.
func complaint(file text: String) throws -> String {
  try complaint(["config": "bot.yaml"], files: ["bot.yaml": "version: v2\n" + text])
}

func settings(file text: String, _ given: [String: String?] = [:]) throws -> Settings {
  try settings(
    given.merging(["config": "bot.yaml"]) { $1 }, files: ["bot.yaml": "version: v2\n" + text])
}

extension Settings {
  var localAdmin: JoinSettings.LocalAdmin? {
    if case .localAdmin(let settings) = joining { settings } else { nil }
  }

  var onboarding: Onboarding? {
    switch joining {
    case .localAdmin: nil
    case .token(let onboarding), .kubernetes(let onboarding): onboarding
    }
  }

  var destinations: [Destination] { outputs.map(\.destination) }
}

let pin = "sha256:" + String(repeating: "0a", count: 32)

/// What joining by token needs at least.
let tokenOptions: [String: String?] = [
  "join-method": "token", "token": "/run/token", "ca-pin": pin, "storage": "/storage",
  "auth-server": "auth:3025",
]
