import Documents

/// The rules that hold for the metadata of every object.
enum MetadataRules {
  private static let subdomainHint =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    + "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
    + "for validation is "
    + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
  private static let labelHint =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or "
    + "'.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or "
    + "'my_value',  or '12345', regex used for validation is "
    + "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"

  private static let nameHint =
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end "
    + "with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "
    + "validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"

  static func problems(in object: JSONValue, old: JSONValue?, resource: Resource) -> [FieldProblem]
  {
    let metadata = object["metadata"] ?? [:]
    return nameProblems(metadata, resource) + labelProblems(metadata)
      + finalizerProblems(metadata, old: old?["metadata"])
  }

  private static func nameProblems(_ metadata: JSONValue, _ resource: Resource) -> [FieldProblem] {
    let name = metadata["name"]?.string ?? ""
    if name.isEmpty {
      return [.required("metadata.name", "name or generateName is required")]
    }
    if resource.storedAs == .events {
      // Events have names that are only path segments upstream.
      return name.contains("/")
        ? [.invalid("metadata.name", .string(name), "must not have '/'")] : []
    }
    var problems: [FieldProblem] = []
    if let prefix = metadata["generateName"]?.string, !prefix.isEmpty, !isSubdomain(prefix + "a") {
      problems.append(.invalid("metadata.generateName", .string(prefix), subdomainHint))
    }
    if resource.storedAs == .namespaces, name.contains(".") {
      problems.append(.invalid("metadata.name", .string(name), "must not contain dots"))
    } else if !isSubdomain(name) {
      problems.append(.invalid("metadata.name", .string(name), subdomainHint))
    }
    return problems
  }

  private static func labelProblems(_ metadata: JSONValue) -> [FieldProblem] {
    (metadata["labels"]?.object ?? [:]).sorted { $0.key < $1.key }.compactMap { key, value in
      if !isQualifiedName(key) {
        return .invalid("metadata.labels", .string(key), nameHint)
      }
      guard let text = value.string, !isLabelValue(text) else { return nil }
      return .invalid("metadata.labels", .string(text), labelHint)
    }
  }

  private static func finalizerProblems(_ metadata: JSONValue, old: JSONValue?) -> [FieldProblem] {
    let finalizers = metadata["finalizers"]?.strings ?? []
    var problems = finalizers.filter { !isQualifiedName($0) }.map {
      FieldProblem.invalid("metadata.finalizers", .string($0), nameHint)
    }
    if let old, old["deletionTimestamp"] != nil {
      let known = Set(old["finalizers"]?.strings ?? [])
      let new = finalizers.filter { !known.contains($0) }
      if !new.isEmpty {
        let list = new.map { "\"\($0)\"" }.joined(separator: ", ")
        problems.append(
          .forbidden(
            "metadata.finalizers",
            "no new finalizers can be added if the object is being deleted, found new finalizers "
              + "[]string{\(list)}"))
      }
    }
    return problems
  }

  /// What is allowed but better not done.
  static func warnings(about object: JSONValue) -> [String] {
    let standard = ["orphan", "foregroundDeletion", "kubernetes"]
    return (object[["metadata", "finalizers"]]?.strings ?? []).compactMap { finalizer in
      if finalizer.contains("/") || standard.contains(finalizer) { return nil }
      let path = finalizer.contains(".") ? " including a path (/)" : ""
      return "metadata.finalizers: \"\(finalizer)\": prefer a domain-qualified finalizer name"
        + "\(path) to avoid accidental conflicts with other finalizer writers"
    }
  }

  // Every write asks for these; building a Regex each time took longer than the rest of the write.

  static func isSubdomain(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return bytes.count <= 253
      && bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        .allSatisfy {
          isWord($0) {
            isLowerOrDigit($0)
          } inside: {
            $0 == UInt8(ascii: "-")
          }
        }
  }

  static func isLabelValue(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return bytes.isEmpty
      || bytes.count <= 63
        && isWord(bytes[...]) {
          isLowerOrDigit($0) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0)
        } inside: {
          [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ".")].contains($0)
        }
  }

  /// Whether it begins and ends with such characters and has no others but those that may be inside.
  private static func isWord(
    _ text: ArraySlice<UInt8>, _ atEnds: (UInt8) -> Bool, inside: (UInt8) -> Bool
  ) -> Bool {
    guard let first = text.first, let last = text.last else { return false }
    return atEnds(first) && atEnds(last) && text.allSatisfy { atEnds($0) || inside($0) }
  }

  private static func isLowerOrDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  static func isQualifiedName(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard let name = parts.last, parts.count <= 2, !name.isEmpty, isLabelValue(name) else {
      return false
    }
    return parts.count == 1 || isSubdomain(parts[0])
  }
}
