import Credentials
import Testing

@Suite struct PEMTests {
  private static let key = "-----BEGIN KEY-----\nAAA\n-----END KEY-----\n"
  private static let certificate =
    "-----BEGIN CERTIFICATE-----\nBBB\nCCC\n-----END CERTIFICATE-----\n"

  @Test func blocksAreFoundBetweenOtherText() {
    let text = "first\n\(Self.key)ssh-rsa AAAA\n\(Self.certificate)\(Self.certificate)last"
    #expect(PEM.blocks(text) == [Self.key, Self.certificate, Self.certificate])
    #expect(PEM.blocks(text, label: "CERTIFICATE") == [Self.certificate, Self.certificate])
  }

  @Test func windowsLineBreaksAndAMissingLastOneDoNotMatter() {
    let text = Self.certificate.replacing("\n", with: "\r\n").dropLast()
    #expect(PEM.blocks(String(text)) == [Self.certificate])
  }

  @Test(arguments: [
    "", "no PEM", "-----BEGIN KEY-----\nAAA\n", "AAA\n-----END KEY-----\n",
  ])
  func whatIsNoWholeBlockIsNone(text: String) {
    #expect(PEM.blocks(text) == [])
  }

  @Test func aBlockThatNeverEndedIsDroppedForTheNext() {
    #expect(PEM.blocks("-----BEGIN KEY-----\nAAA\n\(Self.certificate)") == [Self.certificate])
  }
}
