import Operations
import Testing

@Suite struct ListenAddressTests {
  @Test(arguments: [
    (":8080", "", 8080), ("127.0.0.1:3001", "127.0.0.1", 3001), ("[::1]:8080", "::1", 8080),
    ("localhost:0", "localhost", 0), ("0.0.0.0:65535", "0.0.0.0", 65535),
  ])
  func formsThatAreTaken(text: String, host: String, port: Int) {
    #expect(ListenAddress.parse(text) == .some(ListenAddress(host: host, port: port)))
  }

  @Test(arguments: ["0", ""])
  func off(text: String) {
    #expect(ListenAddress.parse(text) == .some(.none))
  }

  @Test(arguments: ["8080", "localhost", "host:", "host:http", ":65536", ":-1", "host:80 "])
  func formsThatAreNot(text: String) {
    #expect(ListenAddress.parse(text) == nil)
  }
}
