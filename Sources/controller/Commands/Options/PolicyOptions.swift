import ArgumentParser

/// How resources are treated that do not say themselves.
struct PolicyOptions: ParsableArguments {
  @Option(
    help: """
      What to do when somebody changes in Teleport what is declared here: Correct or Report. The annotation \
      teleport.dev/drift-policy of a resource wins. (default: Correct)
      """)
  var driftPolicy: String?

  @Option(
    help: """
      Whether to take over what exists already in Teleport: Never, IfEqual (where nothing but ownership changes) or \
      Always. The annotation teleport.dev/adopt of a resource wins. (default: Never)
      """)
  var adopt: String?

  @Option(
    help: """
      Hold deletions when more than this number and this share of a kind are to be deleted within a minute; off for \
      never. (default: 10,20%)
      """)
  var deletionBrake: String?

  /// By long name, for `RunSettings`.
  var given: [String: String?] {
    ["drift-policy": driftPolicy, "adopt": adopt, "deletion-brake": deletionBrake]
  }
}
