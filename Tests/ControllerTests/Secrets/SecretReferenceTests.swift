import Testing

@testable import controller

@Suite struct SecretReferenceTests {
  @Test(arguments: [
    ("secret://github/client_secret", "github", "client_secret"),
    ("secret://a.b-c/tls.crt", "a.b-c", "tls.crt"),
    ("secret://0/A-Z_09.", "0", "A-Z_09."),
  ])
  func aNameAndAKey(text: String, name: String, key: String) throws {
    let reference = try #require(SecretReference(text))
    #expect(reference.name == name && reference.key == key)
    #expect(reference.description == text)
  }

  @Test(arguments: [
    "secret://", "secret://name", "secret://name/", "secret:///key", "secret://name/key/more",
    "secret://Name/key", "secret://na me/key", "secret://name/ke y", "secret://-name/key",
    "secret://name-/key", "secret://na..me/key", "secret://name/..", "secret://name/..key",
    "secret://name/.", "secret://name/k?x=1", "secret://user@name/key", "secret://näme/key",
    "secret://name/k%20",
  ])
  func whatNoSecretCanBeCalledIsNone(text: String) {
    #expect(SecretReference.isMeant(by: text))
    #expect(SecretReference(text) == nil)
  }

  @Test(arguments: ["", "secret", "secret:/name/key", "Secret://name/key", " secret://name/key"])
  func otherTextsAreNotMeant(text: String) {
    #expect(!SecretReference.isMeant(by: text))
    #expect(SecretReference(text) == nil)
  }

  @Test func namesHaveAnEnd() {
    let longest = String(repeating: "a", count: 253)
    #expect(SecretReference("secret://\(longest)/\(longest)") != nil)
    #expect(SecretReference("secret://\(longest)a/k") == nil)
    #expect(SecretReference("secret://n/\(longest)a") == nil)
  }
}
