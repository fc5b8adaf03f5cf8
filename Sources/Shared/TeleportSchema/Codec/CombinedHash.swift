extension ResourceSchema {
  /// `hash`, which does not cover secrets, together with marks that change whenever they do: 32 hexadecimal digits.
  ///
  /// - Parameter marks: must not be made from the secrets' values. Without any, the hash is as it was.
  public static func hash(_ hash: String, with marks: [String]) -> String {
    if marks.isEmpty { return hash }
    // Their lengths tell the parts apart.
    let parts = ([hash] + marks).flatMap { "\($0.utf8.count):\($0)".utf8 }
    return ManagedHash(of: parts).description
  }
}
