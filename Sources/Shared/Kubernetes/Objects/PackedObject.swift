import Documents

/// A Kubernetes object in fewer bytes than its spec and status have as JSON, for keeping many of them.
///
/// Left out are `managedFields` and the copy of the manifest that `kubectl apply` keeps in an annotation; what they
/// tell of the author's version stays, in `ObjectMeta.declaredAPIVersion`. All else is as it was.
public struct PackedObject: Sendable {
  /// What many objects have in common. Whoever keeps many lets equal ones be one.
  final class Origin: Hashable, Sendable {
    let apiVersion: String
    let kind: String
    let namespace: String?
    let declaredAPIVersion: String?

    init(apiVersion: String, kind: String, namespace: String?, declaredAPIVersion: String?) {
      self.apiVersion = apiVersion
      self.kind = kind
      self.namespace = namespace
      self.declaredAPIVersion = declaredAPIVersion
    }

    static func == (left: Origin, right: Origin) -> Bool {
      left === right
        || left.apiVersion == right.apiVersion && left.kind == right.kind
          && left.namespace == right.namespace
          && left.declaredAPIVersion == right.declaredAPIVersion
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(apiVersion)
      hasher.combine(kind)
      hasher.combine(namespace)
      hasher.combine(declaredAPIVersion)
    }
  }

  var origin: Origin
  let sections: PackedSections

  public init(_ object: KubernetesObject) {
    var reading = ObjectReading(
      apiVersion: object.apiVersion, kind: object.kind, metadata: object.metadata)
    var text: [UInt8] = []
    var members = object.body
    members["spec"] = object.spec
    members["status"] = object.status
    for (name, value) in members where value != .null || object.body[name] != nil {
      let bytes = value.jsonBytes
      reading.members.append((name, text.count..<text.count + bytes.count))
      text += bytes
    }
    self.init(reading, text)
  }

  /// Reads an object from JSON.
  ///
  /// - Throws: `DocumentError` where the text is not JSON, or no object with well-formed metadata.
  public init(json text: [UInt8]) throws(DocumentError) {
    var reader = try JSONReader(text)
    self.init(try ObjectReading(&reader), text)
    try reader.finish()
  }

  init(_ reading: ObjectReading, _ text: [UInt8]) {
    let metadata = reading.metadata
    origin = Origin(
      apiVersion: reading.apiVersion, kind: reading.kind, namespace: metadata.namespace,
      declaredAPIVersion: metadata.declaredAPIVersion)
    sections = PackedSections(reading, text)
  }

  /// How many bytes it takes, the 32 that an array has for itself included, and without what it shares with others.
  public var size: Int { MemoryLayout<Self>.size + sections.bytes.capacity + 32 }
}

// MARK: - Reading

extension PackedObject {
  public var apiVersion: String { origin.apiVersion }
  public var kind: String { origin.kind }
  public var name: String { sections.text(.name) }
  public var namespace: String? { origin.namespace }
  public var uid: String { sections.text(.uid) }
  public var resourceVersion: String { sections.text(.resourceVersion) }
  public var key: ObjectKey { ObjectKey(name, namespace: namespace) }
  public var spec: JSONValue { value(.spec) }
  public var status: JSONValue { value(.status) }

  public var metadata: ObjectMeta {
    var metadata = sections.unpack(.metadata) { ObjectMeta(&$0) } ?? ObjectMeta()
    metadata.name = name
    metadata.namespace = namespace
    metadata.uid = uid
    metadata.resourceVersion = resourceVersion
    metadata.declaredAPIVersion = origin.declaredAPIVersion
    return metadata
  }

  /// The object with all its values.
  public var object: KubernetesObject {
    KubernetesObject(
      apiVersion: apiVersion, kind: kind, metadata: metadata, spec: spec, status: status,
      body: value(.body).object ?? [:])
  }

  private func value(_ section: PackedSections.Section) -> JSONValue {
    sections.unpack(section) { $0.value() } ?? .null
  }

  /// Whether this is the object of that UID.
  public func isSame(as other: PackedObject) -> Bool {
    sections[.uid].elementsEqual(other.sections[.uid])
  }

  /// Whether both are of one resource version.
  public func isVersion(of other: PackedObject) -> Bool {
    sections[.resourceVersion].elementsEqual(other.sections[.resourceVersion])
  }

  /// Whether nothing but status and resource version tells the two apart. The spec counts by its generation.
  public func differsOnlyInStatus(from other: PackedObject) -> Bool {
    var (ours, theirs) = (metadata, other.metadata)
    (ours.resourceVersion, theirs.resourceVersion) = ("", "")
    return apiVersion == other.apiVersion && kind == other.kind && ours == theirs
  }
}
