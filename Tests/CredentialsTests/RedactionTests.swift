import Credentials
import Testing

@Suite struct RedactionTests {
  @Test func keysAndIdentitiesDoNotPrintTheirKey() throws {
    let credentials = try TestAuthority().credentials()
    let identity = try credentials.identity()
    var text = "\(credentials) \(identity) \(credentials.files)"
    dump(credentials, to: &text)
    dump(identity, to: &text)
    for line in secretLines(credentials.keyPair) { #expect(!text.contains(line)) }
  }
}
