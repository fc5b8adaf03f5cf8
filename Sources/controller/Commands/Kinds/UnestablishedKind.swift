/// Kinds of the official operator that this build does not have, because it would have to guess.
struct UnestablishedKind: Hashable, Sendable {
  let kinds: [String]
  let reason: String

  static let all = [
    UnestablishedKind(
      kinds: [
        "TeleportInferenceModel", "TeleportInferencePolicy", "TeleportInferenceSecret",
        "TeleportRetrievalModelV1",
      ],
      reason: """
        Messages and calls are public (teleport.summarizer.v1). Which rules the server asks for, and whether an update \
        is refused when somebody else was faster, is in Teleport's closed repository.
        """),
    UnestablishedKind(
      kinds: ["TeleportScopedRoleV1", "TeleportScopedRoleAssignmentV1"],
      reason: """
        The newest servers want the scope in Get and Delete requests; under which field number is in no public text. \
        Deleting the role of a wrong scope would be worse than not having the kind.
        """),
    UnestablishedKind(
      kinds: ["TeleportScopedTokenV1"],
      reason: """
        Its CustomResourceDefinition has a field gitlab whose number is in no public text; leaving it out would make a \
        token that lets others join than the manifest says.
        """),
    UnestablishedKind(
      kinds: ["TeleportWorkloadClusterV1"],
      reason: """
        Served by Teleport Cloud only. The rules that it takes, and whether an update is refused when somebody else was \
        faster, are not public.
        """),
  ]
}
