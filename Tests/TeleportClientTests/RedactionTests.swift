import Testing

@testable import TeleportClient

@Suite struct RedactionTests {
  @Test(arguments: [
    "role myrole is not found",
    #"access denied to perform action "read" on "role""#,
    "user \"3f2c9a52-6d1c-4bb0-9d39-1f0de1a4ce7b.main.example.com\" not found",
    "resource revision does not match, it may have been concurrently created|modified|deleted",
    #""/roles/team-platform-production-kubernetes-readonly/params" already exists"#,
    "bot-teleport-operator-of-the-platform-team-2024-edition",
  ])
  func ordinaryTextStays(text: String) {
    #expect(Redaction.redact(text) == text)
  }

  @Test(arguments: [
    // A join token, a digest, base64, the parts of a JWT.
    "f7f2bb5a5ab5ba1b5c50c1f9bd2cd5f1",
    "9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08",
    "MIIEowIBAAKCAQEAx0H6nDZCVmPcPu1uLuq7GkQyVQ0vK6gFZ",
    "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEyMzQ1Njc4OTAi-0_xQ",
    "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c-9Zq7rKp",
  ])
  func secretsGo(secret: String) {
    for text in [secret, "token \(secret) is bad", "\"\(secret)\"", "(\(secret))."] {
      #expect(!Redaction.redact(text).contains(secret))
      #expect(Redaction.redact(text).contains("***"))
    }
  }

  @Test func keysInPEMGoWithAllThatFollows() {
    let text = "cannot parse -----BEGIN PRIVATE KEY-----\nshort\n-----END PRIVATE KEY-----\nafter"
    #expect(Redaction.redact(text) == "cannot parse ***")
  }

  @Test func textStaysOnOneLineOfBoundedLength() {
    #expect(Redaction.redact("a\nb\r\nc") == "a b c")
    let long = Redaction.redact(String(repeating: "word ", count: 10_000))
    #expect(long.count == Redaction.maximumLength + 1)
    #expect(long.hasSuffix("…"))
  }

  @Test func everyErrorIsRedacted() {
    let secret = String(repeating: "a1B2", count: 20)
    let error = TeleportError(.refused, operation: "GetRole", detail: "bad token \(secret)")
    #expect(error.description == "GetRole: Refused: bad token ***")
  }
}
