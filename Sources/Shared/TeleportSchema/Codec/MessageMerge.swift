/// Lays what an owner declares over what a server holds.
///
/// - Guarantees: a managed field is what `declared` says, absent there means absent in the result; every other
///   field, known or not, keeps the very bytes it has in `live`, and so does one that a custom resource says only at the
///   creation, or that Teleport fills in where it does not say it. An entry of a list of messages keeps the fields
///   that the schema does not know where the rest of the entry is unchanged.
struct MessageMerge {
  let registry: SchemaRegistry

  /// - Parameter depth: how many messages it stands in.
  func merge(
    declared: some Collection<UInt8>, over live: some Collection<UInt8>, as schema: MessageSchema,
    depth: Int = 0
  ) throws(WireError) -> [UInt8] {
    let liveFields = try WireReader.fields(of: live)
    let declaredFields = Dictionary(
      grouping: try WireReader.fields(of: declared), by: \.number)
    var parts: [(number: Int, bytes: [UInt8])] = []
    for field in liveFields {
      let schema = schema.byNumber[field.number]
      if schema == nil || schema?.isServerManaged == true {
        parts.append((field.number, Array(field.raw)))
      }
    }
    let liveByNumber = Dictionary(grouping: liveFields, by: \.number)
    for field in schema.fields where !field.isServerManaged {
      let bytes = try merged(
        field, declaredFields[field.number] ?? [], liveByNumber[field.number] ?? [], depth)
      parts.append((field.number, bytes))
    }
    // Equal numbers stay in order, which is what repeated fields need.
    let order = parts.indices.sorted {
      (parts[$0].number, $0) < (parts[$1].number, $1)
    }
    return order.flatMap { parts[$0].bytes }
  }

  private func merged(
    _ field: FieldSchema, _ declared: [WireField], _ live: [WireField], _ depth: Int
  ) throws(WireError) -> [UInt8] {
    var writer = WireWriter()
    if !live.isEmpty, field.isInitial || field.isServerFilled && declared.isEmpty {
      return live.flatMap { Array($0.raw) }
    }
    switch field.kind {
    case .message(let name) where field.isRepeated:
      for entry in declared {
        writer.bytes(field.number, try kept(entry.bytes ?? [], among: live, as: name))
      }
    case .message(let name):
      let declaredBytes = declared.flatMap { $0.bytes ?? [] }
      let liveBytes = live.flatMap { $0.bytes ?? [] }
      let bytes = try merge(
        declared: declaredBytes, over: liveBytes, as: registry.message(name), depth: depth + 1)
      // Some servers take an absent section (role.allow) for an error and an empty one for what it is. A setting
      // (options.idp) gets its default where it is absent, and nothing where it is empty.
      let isSection = depth < 2 && !live.isEmpty
      if !bytes.isEmpty || !declared.isEmpty || isSection { writer.bytes(field.number, bytes) }
    default:
      for element in declared { writer.raw(element) }
      if let prefix = field.serverManagedKeys {
        var own: Set<String> = []
        for entry in declared { own.insert(try key(entry)) }
        for entry in live {
          let key = try key(entry)
          if key.utf8.starts(with: prefix.utf8), !own.contains(key) { writer.raw(entry) }
        }
      }
    }
    return writer.bytes
  }

  private func key(_ entry: WireField) throws(WireError) -> String {
    let key = try WireReader.bytes(at: [1], in: entry.bytes ?? [])
    return String(decoding: key ?? [], as: UTF8.self)
  }

  private func kept(
    _ entry: ArraySlice<UInt8>, among live: [WireField], as name: String
  ) throws(WireError) -> ArraySlice<UInt8> {
    let decoder = MessageDecoder(registry: registry, content: .compared)
    let schema = registry.message(name)
    let wanted = try decoder.decode(entry, as: schema)
    for candidate in live {
      guard let bytes = candidate.bytes else { continue }
      if try decoder.decode(bytes, as: schema) == wanted { return bytes }
    }
    return entry
  }
}
