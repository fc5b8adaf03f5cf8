import Kubernetes
import TeleportSchema

/// What to do when somebody changes in Teleport what a custom resource declares.
enum DriftPolicy: String, Sendable, CaseIterable {
  case correct = "Correct"
  case report = "Report"
}

/// Whether to take over a resource that exists already and belongs to nobody, or to somebody in another cluster.
enum AdoptionPolicy: String, Sendable, CaseIterable {
  case never = "Never"
  /// Where it holds already what is declared, so that nothing but ownership changes.
  case ifEqual = "IfEqual"
  case always = "Always"
}

/// How one custom resource wants to be treated: its annotations over the controller's defaults.
struct ResourcePolicy: Hashable, Sendable {
  struct Defaults: Hashable, Sendable {
    var drift = DriftPolicy.correct
    var adoption = AdoptionPolicy.never
  }

  let drift: DriftPolicy
  let adoption: AdoptionPolicy
  /// Left alone altogether.
  let isIgnored: Bool
  /// The resource stays in Teleport when the custom resource goes.
  let isKept: Bool
  /// The custom resource goes without Teleport being asked.
  let isOrphaned: Bool
  /// Nothing is done; the status says what would be.
  let isPlanOnly: Bool
  /// The deletion is meant, however many others there are.
  let isDeletionConfirmed: Bool

  /// - Throws: `SchemaError` that names the annotation whose value is not one of those allowed.
  init(_ metadata: ObjectMeta, _ defaults: Defaults) throws(SchemaError) {
    isIgnored = metadata.isTrue(OperatorName.ignoreAnnotation)
    isKept = metadata.isTrue(OperatorName.keepAnnotation)
    isOrphaned = metadata.isTrue(OperatorName.orphanAnnotation)
    isPlanOnly = metadata.isTrue(OperatorName.planAnnotation)
    isDeletionConfirmed = metadata.isTrue(OperatorName.confirmDeletionAnnotation)
    drift = try Self.value(OperatorName.driftPolicyAnnotation, metadata) ?? defaults.drift
    adoption = try Self.value(OperatorName.adoptAnnotation, metadata) ?? defaults.adoption
  }

  private static func value<Value: RawRepresentable<String> & CaseIterable>(
    _ annotation: String, _ metadata: ObjectMeta
  ) throws(SchemaError) -> Value? {
    guard let text = metadata.annotations[annotation] else { return nil }
    if let value = Value(rawValue: text) { return value }
    let allowed = Value.allCases.map(\.rawValue).joined(separator: ", ")
    throw SchemaError([
      SchemaIssue(
        .invalidValue, at: "metadata.annotations[\"\(annotation)\"]",
        "'\(text)' is not one of \(allowed)")
    ])
  }
}

/// Names that custom resources carry. Those without a comment are the official operator's.
enum OperatorName {
  static let finalizer = "resources.teleport.dev/deletion"
  static let ignoreAnnotation = "teleport.dev/ignore"
  static let keepAnnotation = "teleport.dev/keep"

  // This controller's own.
  static let orphanAnnotation = "teleport.dev/orphan"
  static let planAnnotation = "teleport.dev/plan"
  static let confirmDeletionAnnotation = "teleport.dev/confirm-deletion"
  static let driftPolicyAnnotation = "teleport.dev/drift-policy"
  static let adoptAnnotation = "teleport.dev/adopt"
}

extension ObjectMeta {
  /// Reads an annotation as Go's strconv.ParseBool does; anything else is false.
  func isTrue(_ annotation: String) -> Bool {
    ["1", "t", "T", "true", "TRUE", "True"].contains(annotations[annotation])
  }
}
