import Kubernetes
import TeleportSchema

/// The custom resource that a Teleport resource belongs to, as labels on the latter tell.
///
/// The official operator's origin label only says "some operator's": two custom resources, or two clusters, that claim
/// one name would overwrite each other for ever.
struct Owner: Hashable, Sendable, CustomStringConvertible {
  static let ownerLabel = "teleport.dev/owner"
  static let uidLabel = "teleport.dev/owner-uid"
  static let clusterLabel = "teleport.dev/owner-cluster"

  /// The UID of the cluster's namespace kube-system; nil where it could not be read.
  let cluster: String?
  let kind: String
  let namespace: String
  let name: String
  let uid: String?

  init(_ object: KubernetesObject, cluster: String?) {
    self.cluster = cluster
    kind = object.kind
    namespace = object.metadata.namespace ?? ""
    name = object.metadata.name
    uid = object.metadata.uid
  }

  /// Nil where the labels name nobody.
  init?(labels: [String: String]) {
    let parts = (labels[Self.ownerLabel] ?? "").split(
      separator: "/", omittingEmptySubsequences: false
    ).map(String.init)
    guard parts.count == 3 else { return nil }
    (kind, namespace, name) = (parts[0], parts[1], parts[2])
    cluster = labels[Self.clusterLabel]
    uid = labels[Self.uidLabel]
  }

  var labels: [String: String] {
    var labels = [Self.ownerLabel: "\(kind)/\(namespace)/\(name)"]
    labels[Self.clusterLabel] = cluster
    labels[Self.uidLabel] = uid
    return labels
  }

  var description: String { "\(kind) \(namespace)/\(name)" }

  var key: WorkKey { WorkKey(kind: kind, namespace: namespace, name: name) }

  /// Whether both live in the same cluster, as far as can be told.
  func isInSameCluster(as other: Owner) -> Bool {
    cluster == nil || other.cluster == nil || cluster == other.cluster
  }

  /// Whether both are the same custom resource, perhaps made anew.
  func isSameResource(as other: Owner) -> Bool {
    isInSameCluster(as: other) && key == other.key
  }
}

/// What a live resource's labels say to somebody who wants it.
enum Claim: Hashable, Sendable {
  case mine
  /// An operator's, but of no custom resource in particular, as the official operator leaves them.
  case unclaimed
  case another(Owner)
  /// Nobody's in Kubernetes: made by hand, or by some other tool.
  case foreign

  init(of facts: ResourceFacts, by me: Owner) {
    guard facts.isOwnedByKubernetes else {
      self = .foreign
      return
    }
    guard let owner = Owner(labels: facts.labels) else {
      self = .unclaimed
      return
    }
    self = owner.isSameResource(as: me) ? .mine : .another(owner)
  }

  /// Whether this custom resource may delete it.
  var isOurs: Bool { self == .mine || self == .unclaimed }
}
