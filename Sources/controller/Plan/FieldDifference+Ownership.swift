import TeleportSchema

extension FieldDifference {
  /// Whether it says whose the resource is, and not what it is.
  var isOfOwnership: Bool { path.hasPrefix("metadata.labels[\"" + ResourceFacts.labelPrefix) }
}
