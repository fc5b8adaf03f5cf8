import Crypto

extension ResourceSchema {
  /// `hash`, which does not cover secrets, together with marks that change whenever they do: 32 hexadecimal digits.
  ///
  /// - Parameter marks: must not be made from the secrets' values. Without any, the hash is as it was.
  public static func hash(_ hash: String, with marks: [String]) -> String {
    if marks.isEmpty { return hash }
    var digest = SHA256()
    for part in [hash] + marks {
      // Their lengths tell the parts apart.
      digest.update(data: Array("\(part.utf8.count):\(part)".utf8))
    }
    let digits = Array("0123456789abcdef")
    return digest.finalize().prefix(16).reduce(into: "") {
      $0.append(digits[Int($1 >> 4)])
      $0.append(digits[Int($1 & 15)])
    }
  }
}
