/// An object's metadata. `managedFields` is left out: it can be larger than the object, and all that is needed of it
/// is `declaredAPIVersion`.
///
/// Leaving it out of a write is safe, the server then keeps its own.
public struct ObjectMeta: Hashable, Sendable, Codable {
  public var name: String
  public var generateName: String?
  public var namespace: String?
  public var uid: String
  /// Opaque: only to be compared for equality and handed back to the server.
  public var resourceVersion: String
  /// Counts changes of the spec; 0 where the server does not count.
  public var generation: Int64
  /// RFC 3339.
  public var creationTimestamp: String?
  /// RFC 3339; set once deletion was asked for and finalizers hold the object back.
  public var deletionTimestamp: String?
  public var labels: [String: String]
  public var annotations: [String: String]
  public var finalizers: [String]
  public var ownerReferences: [OwnerReference]
  /// The version in which the spec was written, which need not be the one it was read in; nil where nothing tells.
  public var declaredAPIVersion: String?

  public init(
    name: String = "", generateName: String? = nil, namespace: String? = nil, uid: String = "",
    resourceVersion: String = "", labels: [String: String] = [:],
    annotations: [String: String] = [:], finalizers: [String] = [],
    ownerReferences: [OwnerReference] = []
  ) {
    self.name = name
    self.generateName = generateName
    self.namespace = namespace
    self.uid = uid
    self.resourceVersion = resourceVersion
    self.generation = 0
    self.labels = labels
    self.annotations = annotations
    self.finalizers = finalizers
    self.ownerReferences = ownerReferences
  }

  /// Whether deletion was asked for.
  public var isBeingDeleted: Bool { deletionTimestamp != nil }
}

/// A pointer from an object to one that owns it.
public struct OwnerReference: Hashable, Sendable, Codable {
  public var apiVersion: String
  public var kind: String
  public var name: String
  public var uid: String
  public var controller: Bool?
  public var blockOwnerDeletion: Bool?

  public init(
    apiVersion: String, kind: String, name: String, uid: String, controller: Bool? = nil,
    blockOwnerDeletion: Bool? = nil
  ) {
    self.apiVersion = apiVersion
    self.kind = kind
    self.name = name
    self.uid = uid
    self.controller = controller
    self.blockOwnerDeletion = blockOwnerDeletion
  }
}

// MARK: - JSON

extension ObjectMeta {
  enum CodingKeys: String, CodingKey {
    case name, generateName, namespace, uid, resourceVersion, generation
    case creationTimestamp, deletionTimestamp, labels, annotations, finalizers, ownerReferences
    case managedFields
  }

  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    name = try members.decodeIfPresent(String.self, forKey: .name) ?? ""
    generateName = try members.decodeIfPresent(String.self, forKey: .generateName)
    namespace = try members.decodeIfPresent(String.self, forKey: .namespace)
    uid = try members.decodeIfPresent(String.self, forKey: .uid) ?? ""
    resourceVersion = try members.decodeIfPresent(String.self, forKey: .resourceVersion) ?? ""
    generation = try members.decodeIfPresent(Int64.self, forKey: .generation) ?? 0
    creationTimestamp = try members.decodeIfPresent(String.self, forKey: .creationTimestamp)
    deletionTimestamp = try members.decodeIfPresent(String.self, forKey: .deletionTimestamp)
    labels = try members.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
    annotations = try members.decodeIfPresent([String: String].self, forKey: .annotations) ?? [:]
    finalizers = try members.decodeIfPresent([String].self, forKey: .finalizers) ?? []
    ownerReferences =
      try members.decodeIfPresent([OwnerReference].self, forKey: .ownerReferences) ?? []
    let owners = try? members.decodeIfPresent([DeclaredVersion.Owner].self, forKey: .managedFields)
    declaredAPIVersion = DeclaredVersion.find(owners: owners ?? [], annotations: annotations)
  }

  public func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: CodingKeys.self)
    if !name.isEmpty { try members.encode(name, forKey: .name) }
    try members.encodeIfPresent(generateName, forKey: .generateName)
    try members.encodeIfPresent(namespace, forKey: .namespace)
    if !uid.isEmpty { try members.encode(uid, forKey: .uid) }
    if !resourceVersion.isEmpty { try members.encode(resourceVersion, forKey: .resourceVersion) }
    if generation != 0 { try members.encode(generation, forKey: .generation) }
    try members.encodeIfPresent(creationTimestamp, forKey: .creationTimestamp)
    try members.encodeIfPresent(deletionTimestamp, forKey: .deletionTimestamp)
    if !labels.isEmpty { try members.encode(labels, forKey: .labels) }
    if !annotations.isEmpty { try members.encode(annotations, forKey: .annotations) }
    if !finalizers.isEmpty { try members.encode(finalizers, forKey: .finalizers) }
    if !ownerReferences.isEmpty { try members.encode(ownerReferences, forKey: .ownerReferences) }
  }
}
