import Synchronization

/// Texts that stand in many objects, each held once: names of fields, reasons, messages, labels.
///
/// - Guarantees: bounded. Only short texts that two objects had are taken in, and no more when it is full; a text that
///   is in it stays.
final class TextTable: Sendable {
  struct Content {
    private(set) var texts: [String] = []
    private var numbers: [String: Int] = [:]
    /// By the text's hash: which text was seen last, and in which object.
    private var seen: [(text: Int, object: Int)]

    init() { seen = Array(repeating: (0, 0), count: 4096) }

    /// The number of a text, if it has one by now.
    ///
    /// - Parameter object: a number of the object that the text stands in, other than of other objects.
    mutating func number(of text: String, in object: Int) -> Int? {
      guard (2...TextTable.longest).contains(text.utf8.count) else { return nil }
      if let number = numbers[text] { return number }
      // Times, numbers and hashes begin with a digit and do not stand in many objects for long.
      guard texts.count < TextTable.limit, let first = text.utf8.first,
        !(0x30...0x39).contains(first)
      else { return nil }
      let hash = text.hashValue
      let slot = Int(UInt(bitPattern: hash) % UInt(seen.count))
      guard seen[slot].text == hash, seen[slot].object != object else {
        seen[slot] = (hash, object)
        return nil
      }
      numbers[text] = texts.count
      texts.append(text)
      return texts.count - 1
    }
  }

  /// The most texts, and the longest in bytes: a megabyte at the most.
  static let limit = 8192
  static let longest = 128

  /// Objects of all kinds share it.
  static let shared = TextTable()

  private let content = Mutex(Content())

  func withLock<Result: Sendable>(_ body: (inout Content) -> Result) -> Result {
    content.withLock { body(&$0) }
  }
}
