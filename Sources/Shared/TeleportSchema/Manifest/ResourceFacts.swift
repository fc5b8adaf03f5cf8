/// The few facts of a live resource that decisions depend on, read without decoding the rest.
///
/// Thousands are kept, so they are packed into one array of bytes and unpacked when asked for.
public struct ResourceFacts: Hashable, Sendable {
  /// What the keys begin with of the labels that are kept.
  public static let labelPrefix = "teleport.dev/"

  private enum Field {
    static let version = 1
    static let name = 2
    static let revision = 3
    /// Once for each label, each followed by its value.
    static let labelKey = 4
    static let labelValue = 5
  }

  /// A message of these fields: equal facts are equal bytes.
  private let packed: [UInt8]

  public var name: String { text(Field.name) }
  /// The resource's version: "v7".
  public var version: String { text(Field.version) }
  /// Opaque; changes with each write. Empty where the server has none.
  public var revision: String { text(Field.revision) }
  /// `teleport.dev/origin`; nil where the label is missing.
  public var origin: String? { label(DeclaredResource.originLabel) }

  public var isOwnedByKubernetes: Bool { origin == DeclaredResource.originKubernetes }

  /// The labels whose keys begin with `labelPrefix`: all that decisions are about.
  public var labels: [String: String] {
    var labels: [String: String] = [:]
    forEachLabel { labels[string($0)] = string($1) }
    return labels
  }

  /// The value of a label that begins with `labelPrefix`; nil where it is missing.
  public func label(_ key: String) -> String? {
    var value: String?
    forEachLabel { if packed[$0].elementsEqual(key.utf8) { value = string($1) } }
    return value
  }

  /// - Parameter layout: where the resource's message has its header.
  public init(
    _ bytes: some Collection<UInt8>, _ layout: HeaderLayout = .standard
  ) throws(WireError) {
    let source = Array(try layout.header(of: bytes))
    var version = 0..<0
    var name = 0..<0
    var revision = 0..<0
    var labels: [(key: Range<Int>, value: Range<Int>)] = []
    try Self.forEachField(of: source.indices, source) { field throws(WireError) in
      if field.number == layout.version { version = field.payload }
      guard field.number == layout.metadata else { return }
      try Self.forEachField(of: field.payload, source) { field throws(WireError) in
        switch field.number {
        case 1: name = field.payload
        case 8: revision = field.payload
        case 5:
          var key = 0..<0
          var value = 0..<0
          try Self.forEachField(of: field.payload, source) { part in
            if part.number == 1 { key = part.payload }
            if part.number == 2 { value = part.payload }
          }
          if source[key].starts(with: Self.labelPrefix.utf8) { labels.append((key, value)) }
        default: break
        }
      }
    }
    var writer = WireWriter()
    writer.reserve(
      labels.reduce(10 + version.count + name.count + revision.count) {
        $0 + 6 + $1.key.count + $1.value.count
      })
    for (number, text) in [
      (Field.version, version), (Field.name, name), (Field.revision, revision),
    ] where !text.isEmpty {
      writer.bytes(number, source[text])
    }
    for label in Self.sorted(labels, source) {
      writer.bytes(Field.labelKey, source[label.key])
      writer.bytes(Field.labelValue, source[label.value])
    }
    packed = writer.bytes
  }

  // MARK: -

  /// By key; of equal keys the last one.
  private static func sorted(
    _ labels: [(key: Range<Int>, value: Range<Int>)], _ source: [UInt8]
  ) -> [(key: Range<Int>, value: Range<Int>)] {
    if labels.count < 2 { return labels }
    let sorted = labels.sorted {
      source[$0.key].elementsEqual(source[$1.key])
        ? $0.key.lowerBound < $1.key.lowerBound
        : source[$0.key].lexicographicallyPrecedes(source[$1.key])
    }
    return sorted.indices.filter {
      $0 + 1 == sorted.count || !source[sorted[$0].key].elementsEqual(source[sorted[$0 + 1].key])
    }.map { sorted[$0] }
  }

  private static func forEachField(
    of range: Range<Int>, _ source: [UInt8], _ body: (WireToken) throws(WireError) -> Void
  ) throws(WireError) {
    var index = range.lowerBound
    while index < range.upperBound {
      try body(try WireToken(source, at: &index, before: range.upperBound))
    }
  }

  private func text(_ number: Int) -> String {
    var text = 0..<0
    forEachPackedField { if $0.number == number { text = $0.payload } }
    return string(text)
  }

  private func forEachLabel(_ body: (_ key: Range<Int>, _ value: Range<Int>) -> Void) {
    var key = 0..<0
    forEachPackedField {
      if $0.number == Field.labelKey { key = $0.payload }
      if $0.number == Field.labelValue { body(key, $0.payload) }
    }
  }

  private func forEachPackedField(_ body: (WireToken) -> Void) {
    var index = 0
    while index < packed.count {
      // Written by this type, so there is always one.
      guard let field = try? WireToken(packed, at: &index, before: packed.count) else { return }
      body(field)
    }
  }

  private func string(_ range: Range<Int>) -> String {
    String(decoding: packed[range], as: UTF8.self)
  }
}
