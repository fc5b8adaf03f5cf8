import Documents

/// Who owns which fields of an object: its `managedFields`.
struct Ownership: Hashable, Sendable {
  enum Operation: String, Sendable {
    case apply = "Apply"
    case update = "Update"
  }

  /// What tells one entry from another.
  struct Owner: Hashable, Sendable {
    var manager: String
    var operation: Operation
    var subresource: String
  }

  struct Entry: Hashable, Sendable {
    var owner: Owner
    var apiVersion: String
    var time: String
    var fields: FieldSet
  }

  var entries: [Entry] = []

  init(_ json: JSONValue?) {
    entries = (json?.array ?? []).compactMap { entry in
      guard let operation = entry["operation"]?.string.flatMap(Operation.init),
        let fields = entry["fieldsV1"]
      else { return nil }
      return Entry(
        owner: Owner(
          manager: entry["manager"]?.string ?? "", operation: operation,
          subresource: entry["subresource"]?.string ?? ""),
        apiVersion: entry["apiVersion"]?.string ?? "", time: entry["time"]?.string ?? "",
        fields: FieldSet(fieldsV1: fields))
    }
  }

  var json: JSONValue? {
    guard !entries.isEmpty else { return nil }
    return .array(
      entries.sorted(by: Self.precedes).map { entry in
        var json: JSONValue = [
          "manager": .string(entry.owner.manager),
          "operation": .string(entry.owner.operation.rawValue),
          "apiVersion": .string(entry.apiVersion), "fieldsType": "FieldsV1",
          "fieldsV1": entry.fields.fieldsV1,
        ]
        if !entry.time.isEmpty { json["time"] = .string(entry.time) }
        if !entry.owner.subresource.isEmpty {
          json["subresource"] = .string(entry.owner.subresource)
        }
        return json
      })
  }

  /// Upstream's order: appliers first, then by time, then by name.
  private static func precedes(_ first: Entry, _ second: Entry) -> Bool {
    (
      first.owner.operation.rawValue, first.time, first.owner.manager, first.apiVersion,
      first.owner.subresource
    ) < (
      second.owner.operation.rawValue, second.time, second.owner.manager, second.apiVersion,
      second.owner.subresource
    )
  }

  func fields(of owner: Owner) -> FieldSet? { entries.first { $0.owner == owner }?.fields }

  /// Gives `owner` exactly these fields; an entry whose fields do not change keeps its time.
  ///
  /// - Parameter time: empty to leave the time as it was.
  mutating func set(_ fields: FieldSet, of owner: Owner, apiVersion: String, time: String) {
    let index = entries.firstIndex { $0.owner == owner }
    if fields.isEmpty {
      if let index { entries.remove(at: index) }
    } else if let index {
      if entries[index].fields == fields && entries[index].apiVersion == apiVersion { return }
      let time = time.isEmpty ? entries[index].time : time
      entries[index] = Entry(owner: owner, apiVersion: apiVersion, time: time, fields: fields)
    } else {
      entries.append(Entry(owner: owner, apiVersion: apiVersion, time: time, fields: fields))
    }
  }

  /// Takes fields away from everybody but `owner`.
  mutating func release(_ paths: Set<FieldPath>, exceptFrom owner: Owner) {
    for index in entries.indices where entries[index].owner != owner {
      entries[index].fields.paths.subtract(paths)
    }
    entries.removeAll { $0.fields.isEmpty }
  }
}
