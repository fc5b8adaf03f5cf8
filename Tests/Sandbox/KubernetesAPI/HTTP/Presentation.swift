import Documents
import FoundationEssentials

/// The form that a client wants objects in, and the way to put them into it.
struct Presentation: Sendable {
  private enum Form: Sendable {
    case objects
    case table(TableView.Inclusion)
    case metadata
  }

  let resource: Resource
  let version: Resource.Version
  private let form: Form
  private let now: Date

  /// - Throws: 406 where none of the accepted types can be served.
  init(
    _ request: HTTPRequest, resource: Resource, version: Resource.Version, now: Date
  ) throws(APIStatus) {
    self.resource = resource
    self.version = version
    self.now = now
    form = try Self.form(for: request)
  }

  private static func form(for request: HTTPRequest) throws(APIStatus) -> Form {
    let accepted = request.headers[canonicalForm: "accept"].map(String.init)
    if accepted.isEmpty { return .objects }
    for item in accepted {
      if item.contains("protobuf") { continue }
      if item.contains("as=Table") {
        if !item.contains("v=v1;") && !item.hasSuffix("v=v1") { continue }
        let inclusion = request.query["includeObject"].flatMap(TableView.Inclusion.init)
        return .table(inclusion ?? .metadata)
      }
      if item.contains("as=PartialObjectMetadata") { return .metadata }
      if item.contains("as=") { continue }
      let type = String(item.split(separator: ";").first ?? "").trimmed
      if [MediaType.json, "*/*", "application/*"].contains(type) { return .objects }
    }
    throw .notAcceptable
  }

  // MARK: - Single objects

  func answer(_ object: StoredObject, code: Int = 200) -> Answer {
    if case .objects = form { return Answer(bytes: bytes(of: object), code: code) }
    return answer(object.value, code: code)
  }

  /// - Parameter stored: an object in stored form.
  func answer(_ stored: JSONValue, code: Int = 200) -> Answer {
    let object = resource.form(of: stored, in: version)
    switch form {
    case .objects: return Answer(object, code: code)
    case .metadata: return Answer(PartialMetadata.object(object), code: code)
    case .table(let inclusion):
      let metadata: JSONValue = [
        "resourceVersion": object[["metadata", "resourceVersion"]] ?? ""
      ]
      return Answer(table(inclusion).table(of: [object], metadata: metadata), code: code)
    }
  }

  private func bytes(of object: StoredObject) -> [UInt8] {
    if resource.storedAs == resource.id,
      object.value["apiVersion"]?.string == resource.apiVersion(version.name)
    {
      return object.bytes
    }
    return resource.form(of: object.value, in: version).jsonBytes
  }

  // MARK: - Lists

  func answer(_ page: ListPage) -> Answer {
    var metadata: JSONValue = ["resourceVersion": .string(String(page.revision))]
    if let continuation = page.continuation {
      metadata["continue"] = .string(continuation.text)
    } else if resource.rules.isCustom, case .objects = form {
      // Lists of custom resources always have one.
      metadata["continue"] = ""
    }
    if let remaining = page.remaining {
      metadata["remainingItemCount"] = .integer(Int64(remaining))
    }
    switch form {
    case .objects: return Answer(bytes: list(page.objects, metadata))
    case .metadata:
      let items = page.objects.map { PartialMetadata.object(formed($0)) }
      return Answer([
        "kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1",
        "metadata": metadata, "items": .array(items),
      ])
    case .table(let inclusion):
      return Answer(table(inclusion).table(of: page.objects.map(formed), metadata: metadata))
    }
  }

  /// Built from the stored bytes, so that ten thousand objects are not encoded again.
  private func list(_ objects: [StoredObject], _ metadata: JSONValue) -> [UInt8] {
    let apiVersion = JSONValue.string(resource.apiVersion(version.name))
    var bytes = Array(
      ("{\"apiVersion\":\(apiVersion.jsonText),\"kind\":"
        + "\(JSONValue.string(resource.listKind).jsonText),\"metadata\":\(metadata.jsonText),"
        + "\"items\":[").utf8)
    for (index, object) in objects.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes += item(object)
    }
    bytes += Array("]}".utf8)
    return bytes
  }

  private func item(_ object: StoredObject) -> [UInt8] {
    if resource.rules.isCustom { return bytes(of: object) }
    // Lists of built-in types do not repeat the type in each item.
    var value = formed(object)
    value["apiVersion"] = nil
    value["kind"] = nil
    return value.jsonBytes
  }

  private func formed(_ object: StoredObject) -> JSONValue {
    resource.form(of: object.value, in: version)
  }

  private func table(_ inclusion: TableView.Inclusion) -> TableView {
    TableView(resource: resource, version: version, inclusion: inclusion, now: now)
  }

  // MARK: - Watch events

  /// One line of a watch.
  ///
  /// - Parameter isFirst: only the first event of a table watch describes the columns.
  func line(_ type: String, _ object: StoredObject, isFirst: Bool) -> [UInt8] {
    let bytes: [UInt8] =
      switch form {
      case .objects: self.bytes(of: object)
      case .metadata: PartialMetadata.object(formed(object)).jsonBytes
      case .table(let inclusion):
        table(inclusion).table(
          of: [formed(object)], metadata: ["resourceVersion": .string(String(object.revision))],
          showsColumns: isFirst
        ).jsonBytes
      }
    return Self.line(type, bytes)
  }

  /// - Parameter endsInitialEvents: marks the end of the state that a watch began with.
  func bookmark(_ revision: Int64, endsInitialEvents: Bool = false) -> [UInt8] {
    var metadata: JSONValue = ["resourceVersion": .string(String(revision))]
    if endsInitialEvents { metadata["annotations"] = ["k8s.io/initial-events-end": "true"] }
    let object: JSONValue = [
      "kind": .string(resource.kind), "apiVersion": .string(resource.apiVersion(version.name)),
      "metadata": metadata,
    ]
    switch form {
    case .objects: return Self.line("BOOKMARK", object.jsonBytes)
    case .metadata: return Self.line("BOOKMARK", PartialMetadata.object(object).jsonBytes)
    case .table(let inclusion):
      let table = table(inclusion).table(
        of: [object], metadata: ["resourceVersion": .string(String(revision))],
        showsColumns: false)
      return Self.line("BOOKMARK", table.jsonBytes)
    }
  }

  static func line(_ type: String, _ object: [UInt8]) -> [UInt8] {
    Array("{\"type\":\"\(type)\",\"object\":".utf8) + object + Array("}\n".utf8)
  }
}
