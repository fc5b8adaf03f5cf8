import FoundationEssentials

/// Which version of a custom resource its author wrote.
///
/// A server that serves several versions hands every object out in whichever is asked for. Where versions mean
/// different things, as `TeleportRole` v5 and v6 do, only the record of who set the spec still tells them apart.
enum DeclaredVersion {
  /// An entry of `managedFields`, as far as it matters here.
  struct Owner: Decodable {
    let apiVersion: String?
    let subresource: String?
    let time: String?
    let operation: String?
    let ownsSpec: Bool

    private enum CodingKeys: String, CodingKey {
      case apiVersion, subresource, time, operation, fieldsV1
    }
    private enum FieldKeys: String, CodingKey { case spec = "f:spec" }

    init(from decoder: any Decoder) throws {
      let members = try decoder.container(keyedBy: CodingKeys.self)
      apiVersion = try members.decodeIfPresent(String.self, forKey: .apiVersion)
      subresource = try members.decodeIfPresent(String.self, forKey: .subresource)
      time = try members.decodeIfPresent(String.self, forKey: .time)
      operation = try members.decodeIfPresent(String.self, forKey: .operation)
      let fields = try? members.nestedContainer(keyedBy: FieldKeys.self, forKey: .fieldsV1)
      ownsSpec = fields?.contains(.spec) ?? false
    }
  }

  private struct Manifest: Decodable { let apiVersion: String? }

  static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

  /// The version that the author's manifest names: of a server-side apply, else of a client-side one, else of the
  /// latest writer. In this order, because `kubectl edit` and `patch` write in the server's preferred version, which
  /// is nobody's decision.
  ///
  /// - Returns: nil where nothing tells.
  static func find(owners: [Owner], annotations: [String: String]) -> String? {
    let writers = owners.filter { $0.ownsSpec && ($0.subresource ?? "").isEmpty }
    return latest(writers.filter { $0.operation == "Apply" })
      ?? annotations[lastApplied].flatMap {
        try? JSONDecoder().decode(Manifest.self, from: Data($0.utf8)).apiVersion
      } ?? latest(writers)
  }

  private static func latest(_ owners: [Owner]) -> String? {
    var latest: Owner?
    // RFC 3339 in UTC sorts as text; of two of the same second the later entry wins.
    for owner in owners where (owner.time ?? "") >= (latest?.time ?? "") { latest = owner }
    return latest?.apiVersion
  }
}
