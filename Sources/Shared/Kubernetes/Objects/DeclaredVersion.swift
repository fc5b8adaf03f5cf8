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
    let ownsSpec: Bool

    private enum CodingKeys: String, CodingKey { case apiVersion, subresource, time, fieldsV1 }
    private enum FieldKeys: String, CodingKey { case spec = "f:spec" }

    init(from decoder: any Decoder) throws {
      let members = try decoder.container(keyedBy: CodingKeys.self)
      apiVersion = try members.decodeIfPresent(String.self, forKey: .apiVersion)
      subresource = try members.decodeIfPresent(String.self, forKey: .subresource)
      time = try members.decodeIfPresent(String.self, forKey: .time)
      let fields = try? members.nestedContainer(keyedBy: FieldKeys.self, forKey: .fieldsV1)
      ownsSpec = fields?.contains(.spec) ?? false
    }
  }

  private struct Manifest: Decodable { let apiVersion: String? }

  static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

  /// - Returns: the version of the latest writer of the spec; nil where nothing tells.
  static func find(owners: [Owner], annotations: [String: String]) -> String? {
    var latest: Owner?
    // RFC 3339 in UTC sorts as text; of two of the same second the later entry wins.
    for owner in owners where owner.ownsSpec && (owner.subresource ?? "").isEmpty {
      if (owner.time ?? "") >= (latest?.time ?? "") { latest = owner }
    }
    if let version = latest?.apiVersion { return version }
    guard let text = annotations[lastApplied] else { return nil }
    return (try? JSONDecoder().decode(Manifest.self, from: Data(text.utf8)))?.apiVersion
  }
}
