/// An object's metadata. `managedFields` is left out: it can be larger than the object, and all that is needed of it
/// is `declaredAPIVersion`.
///
/// Leaving it out of a write is safe, the server then keeps its own.
public struct ObjectMeta: Hashable, Sendable {
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
public struct OwnerReference: Hashable, Sendable {
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
