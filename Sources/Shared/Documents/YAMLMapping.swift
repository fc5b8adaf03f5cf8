/// A mapping while it is read: no key stands twice, and merge keys (`<<`) bring in what other mappings hold, as kubectl
/// reads them.
struct YAMLMapping<Node: YAMLTree> {
  private(set) var members: [YAMLMember<Node>] = []
  private var written: Set<String> = []
  /// Where each key that came by a merge stands in `members`.
  private var merged: [String: Int] = [:]

  mutating func add(_ member: YAMLMember<Node>) throws(DocumentError) {
    try write(member)
    if let place = merged.removeValue(forKey: member.key) {
      members[place] = member
    } else {
      members.append(member)
    }
  }

  /// Earlier mappings of a list go before later ones.
  mutating func merge(_ member: YAMLMember<Node>) throws(DocumentError) {
    try write(member)
    for source in member.value.items ?? [member.value] {
      guard let others = source.members else {
        throw DocumentError(
          .malformed, "a merge key (<<) takes a mapping or a list of mappings", line: member.line)
      }
      for other in others where merged[other.key] == nil {
        // YAML's definition keeps what is written, kubectl what came last.
        guard !written.contains(other.key) else {
          throw DocumentError(
            .unsupported,
            "the key '\(other.key)' stands before a merge key (<<) that has it too; "
              + "put the merge key first", line: member.line)
        }
        merged[other.key] = members.count
        members.append(other)
      }
    }
  }

  private mutating func write(_ member: YAMLMember<Node>) throws(DocumentError) {
    guard written.insert(member.key).inserted else {
      throw DocumentError(
        .duplicateKey, "the key '\(member.key)' stands twice", line: member.line)
    }
  }
}
