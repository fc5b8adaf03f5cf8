import Operations
import Testing

@Suite struct SecretTests {
  private struct Holder {
    let name = "holder"
    let secret = Secret("hunter2")
    let optional: Secret<String>? = Secret("hunter2")
    let list = [Secret("hunter2")]
  }

  @Test func aSecretDoesNotPrint() {
    let secret = Secret("hunter2")
    var dumped = ""
    dump(secret, to: &dumped)
    let texts = [
      "\(secret)", String(describing: secret), String(reflecting: secret), dumped,
      "\(Mirror(reflecting: secret).children.map { "\($0)" })", "\([secret])", "\(["k": secret])",
      "\(String(describing: Optional(secret)))",
    ]
    for text in texts { #expect(!text.contains("hunter2")) }
    #expect("\(secret)" == "***")
    #expect(secret.reveal() == "hunter2")
  }

  @Test func neitherDoesWhatHoldsIt() {
    var dumped = ""
    dump(Holder(), to: &dumped)
    for text in [dumped, "\(Holder())", String(reflecting: Holder())] {
      #expect(text.contains("holder"))
      #expect(!text.contains("hunter2"))
    }
  }
}
