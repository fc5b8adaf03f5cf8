import TeleportClient
import Testing

@Suite struct AuthAddressTests {
  @Test(arguments: [
    ("127.0.0.1:3025", "127.0.0.1", 3025), ("auth.example.com:443", "auth.example.com", 443),
    ("auth", "auth", 3025), ("localhost:1", "localhost", 1), ("0.0.0.0:3025", "127.0.0.1", 3025),
    ("0.0.0.0", "127.0.0.1", 3025), ("[::]:3025", "127.0.0.1", 3025), ("[::1]:65535", "::1", 65535),
    ("[fe80::1]", "fe80::1", 3025),
  ])
  func formsThatAreTaken(text: String, host: String, port: Int) throws {
    let address = try #require(AuthAddress(text))
    #expect(address.host == host)
    #expect(address.port == port)
    #expect(AuthAddress(address.description) == address)
  }

  @Test(arguments: [
    "", ":3025", "host:", "host:0", "host:65536", "host:-1", "host:https", "::1", "::1:3025",
    "https://auth:3025", "auth/path:3025", "user@auth:3025", "a b:3025", "[::1]3025", "[::1]:",
    "[]:3025", "[::1", "host:3025\n",
  ])
  func formsThatAreNot(text: String) {
    #expect(AuthAddress(text) == nil)
  }

  @Test func addressesOfVersionSixArePrintedInBrackets() {
    #expect(AuthAddress("[::1]:3025")?.description == "[::1]:3025")
    #expect(AuthAddress("auth")?.description == "auth:3025")
  }
}
