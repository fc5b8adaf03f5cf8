import Kubernetes
import TeleportSchema

/// All that a decision about one custom resource depends on.
struct Observation: Sendable {
  var object: KubernetesObject
  let schema: ResourceSchema
  /// This custom resource, as it signs what it owns in Teleport.
  let owner: Owner
  let declaration: Result<Declaration, DeclarationError>
  /// What Teleport holds under that name.
  var live: Live = .unknown
  /// The server's major version; nil while Teleport cannot be asked.
  let serverMajor: Int?
  /// Whether the server says that its licence does not include the kind.
  var isUnlicensed = false
  /// Whether the custom resource that the live resource names as its owner exists; nil where this cannot be told.
  var claimantExists: Bool?
  /// A write that the server has acknowledged without saying what came of it.
  var unverifiedWrite: UnverifiedWrite?
  var defaults = ResourcePolicy.Defaults()
  /// Why deletions of this kind are held back; nil where they are not.
  var brake: DeletionBrake.Stop?
  /// How often in a row this resource has failed.
  var failures = 0

  enum Live: Hashable, Sendable {
    /// It has not been asked.
    case unknown
    case absent
    /// As the event stream told of it; the bytes would have to be read.
    case known(LiveResource)
    case read(LiveResource, [UInt8])

    var resource: LiveResource? {
      switch self {
      case .unknown, .absent: nil
      case .known(let resource), .read(let resource, _): resource
      }
    }

    var bytes: [UInt8]? {
      if case .read(_, let bytes) = self { bytes } else { nil }
    }
  }

  struct UnverifiedWrite: Hashable, Sendable {
    let declaredHash: String
    /// What Teleport held when it was made; nil where nothing was known of it.
    let replaced: [UInt8]?
    /// Whether there is still time for it to show.
    let mayStillShow: Bool
  }

  var name: String { object.metadata.name }
}
