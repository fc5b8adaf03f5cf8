import Kubernetes
import TeleportSchema

/// All that a decision about one custom resource depends on.
struct Observation: Sendable {
  var object: KubernetesObject
  let schema: ResourceSchema
  /// What the custom resource says, or what is wrong with it.
  let declared: Result<DeclaredResource, SchemaError>
  /// What Teleport holds under that name; nil where it holds nothing.
  var live: [UInt8]?
  /// The server's major version.
  let serverMajor: Int
  /// The declared hash of a write that the server has acknowledged without saying what came of it, and whether
  /// there is still time for it to show.
  var unverifiedWrite: UnverifiedWrite?

  struct UnverifiedWrite: Hashable, Sendable {
    let declaredHash: String
    /// What Teleport held when it was made; nil where nothing was known of it.
    let replaced: [UInt8]?
    let mayStillShow: Bool
  }

  var name: String { object.metadata.name }
}

/// Names that the official operator gave.
enum OperatorName {
  static let finalizer = "resources.teleport.dev/deletion"
  static let ignoreAnnotation = "teleport.dev/ignore"
  static let keepAnnotation = "teleport.dev/keep"
}

extension ObjectMeta {
  /// Reads an annotation as Go's strconv.ParseBool does; anything else is false.
  func isTrue(_ annotation: String) -> Bool {
    ["1", "t", "T", "true", "TRUE", "True"].contains(annotations[annotation])
  }

  /// Whether the resource stays in Teleport when the custom resource goes.
  var isLeftBehind: Bool {
    isTrue(OperatorName.keepAnnotation) || isTrue(OperatorName.ignoreAnnotation)
  }
}
