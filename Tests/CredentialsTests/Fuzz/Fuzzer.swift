import Credentials
import FoundationEssentials
import Glibc
import Testing

/// Changes inputs at random, by a seed that a failure shows: `FUZZ_SEED=… swift test --filter Fuzz` repeats it.
struct Fuzzer: RandomNumberGenerator {
  let seed: UInt64
  private var state: UInt64

  /// - Parameter purpose: so that every test has numbers of its own.
  init(_ purpose: String) {
    let given = getenv("FUZZ_SEED").flatMap { UInt64(String(cString: $0)) }
    seed = given ?? UInt64.random(in: 0 ... .max)
    state = purpose.utf8.reduce(seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  /// SplitMix64.
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }

  /// One to three changes: bits, bytes, parts that go, come twice, or come from another valid input.
  mutating func mutate(_ input: [UInt8], besides other: [UInt8]) -> [UInt8] {
    var bytes = input
    for _ in 0..<Int.random(in: 1...3, using: &self) {
      guard !bytes.isEmpty else { return bytes }
      let at = Int.random(in: 0..<bytes.count, using: &self)
      let end = min(bytes.count, at + Int.random(in: 1...80, using: &self))
      switch Int.random(in: 0..<8, using: &self) {
      case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &self)
      case 1: bytes[at] = UInt8.random(in: 0 ... .max, using: &self)
      case 2: bytes[at] = Array("AZaz09+/=-\n {}[]\",:$".utf8).randomElement(using: &self) ?? 0
      case 3: bytes.removeSubrange(at..<end)
      case 4: bytes.insert(contentsOf: bytes[at..<end], at: at)
      case 5: bytes.removeSubrange(at...)
      case 6:
        // The same place of another one, as a torn read has it.
        let part = other.dropFirst(at).prefix(end - at)
        bytes.replaceSubrange(at..<end, with: part)
      default: bytes = Array(bytes[..<at] + other.dropFirst(at))
      }
    }
    return bytes
  }
}

/// Checks the texts of errors: each is a sentence of ours, and has nothing of the input in it.
struct ErrorTexts {
  /// A name that is in our sentences anyway.
  private let known: String
  private var seen: Set<String> = []

  init(known: String = "\0") { self.known = known }

  var count: Int { seen.count }

  mutating func check(_ error: any Error, of input: [UInt8], _ comment: Comment) {
    guard let error = error as? CredentialsError else {
      Issue.record("\(comment): \(type(of: error))")
      return
    }
    guard seen.insert(error.message).inserted else { return }
    let message = Array(error.message.replacing(known, with: "").utf8)
    #expect(message.count < 300, comment)
    let isQuoting = (0..<max(0, message.count - 12)).contains { start in
      Data(input).firstRange(of: Data(message[start..<start + 12])) != nil
    }
    #expect(!isQuoting, "\(comment): \(error.message)")
  }
}
