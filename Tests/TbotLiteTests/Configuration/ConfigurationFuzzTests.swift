import Operations
import SandboxFaults
import Testing

@testable import tbot_lite

/// Whatever a configuration file holds, there are settings or a complaint that names the file.
@Suite struct ConfigurationFuzzTests {
  private static let file = """
    version: v2
    auth_server: auth.example.com:3025
    onboarding: {join_method: kubernetes, token: my-bot, ca_pins: ["\(pin)"]}
    storage: {type: directory, path: /s, acls: off}
    outputs:
      - type: identity
        destination: {type: directory, path: /a, mode: group, group: 12}
        roles: [a, b]
        ssh_config: on
      - {type: tls, name: x, credential_ttl: 30m, destination: {type: kubernetes_secret, name: n}}
    renewal_interval: 5m
    on_renew: [a, "b c"]
    debug: true
    """

  private func read(_ text: String) {
    do {
      _ = try settings(["config": "bot.yaml"], files: ["bot.yaml": text])
    } catch let error as InvalidOption {
      // What is left out is asked for by the option's name.
      #expect(
        error.description.hasPrefix("bot.yaml") || error.description.hasPrefix("--"), "\(error)")
    } catch {
      Issue.record(error)
    }
  }

  @Test func cutAtEveryByte() throws {
    #expect(try settings(["config": "f"], files: ["f": Self.file]).outputs.count == 2)
    let bytes = Array(Self.file.utf8)
    for length in bytes.indices { read(String(decoding: bytes[..<length], as: UTF8.self)) }
  }

  @Test(arguments: 1...3) func wordsSwappedAndBytesReplaced(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    let words = [
      "null", "[]", "{}", "on", "1", "-1", "''", "*x", "&x y", "\"\\u0000\"", "~", "1e9",
    ]
    let marks = Array("{}[]:,-#&*!|>'\"% \n\u{0}".utf8)
    for _ in 0..<400 {
      var bytes = Array(Self.file.utf8)
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        if Bool.random(using: &random) {
          bytes[place] = marks.randomElement(using: &random) ?? 0
        } else {
          let end = bytes[place...].firstIndex { [0x20, 0x2c, 0x0a, 0x7d].contains($0) }
          let word = words.randomElement(using: &random) ?? ""
          bytes.replaceSubrange(place..<(end ?? bytes.count), with: word.utf8)
        }
      }
      read(String(decoding: bytes, as: UTF8.self))
    }
  }
}
