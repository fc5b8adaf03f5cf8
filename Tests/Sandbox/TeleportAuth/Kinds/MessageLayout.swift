/// Where a resource's message carries what all resources have.
///
/// Source: types.ResourceHeader and the messages of api/proto/teleport that have it otherwise.
struct MessageLayout: Hashable, Sendable {
  /// What leads to the message with the header's fields.
  var container: [Int] = []
  /// nil where the message does not say its kind.
  var kind: Int? = 1
  var subKind: Int? = 2
  var version = 3
  var metadata = 4

  static let standard = MessageLayout()
  /// The header is the message in field 1.
  static let header = MessageLayout(container: [1])
  static let loginRule = MessageLayout(kind: nil, subKind: nil, version: 2, metadata: 1)
  static let accessMonitoringRule = MessageLayout(kind: 2, subKind: 3, version: 4, metadata: 1)

  var metadataPath: [Int] { container + [metadata] }
  var name: [Int] { metadataPath + [1] }
  var namespace: [Int] { metadataPath + [2] }
  var labels: [Int] { metadataPath + [5] }
  var expires: [Int] { metadataPath + [6] }
  var id: [Int] { metadataPath + [7] }
  var revision: [Int] { metadataPath + [8] }
  var kindPath: [Int]? { kind.map { container + [$0] } }
  var subKindPath: [Int]? { subKind.map { container + [$0] } }
  var versionPath: [Int] { container + [version] }

  static func of(_ kind: String) -> MessageLayout { ServedKind.named(kind)?.layout ?? .standard }
}
