/// What an auth service says of itself in its reply to Ping.
public struct ServerInfo: Hashable, Sendable {
  public let clusterName: String
  /// "18.0.0"; also the value of the `version` header that every call carries.
  public let version: String
  public let major: Int

  init(_ reply: Proto_PingResponse) {
    clusterName = reply.clusterName
    version = reply.serverVersion
    major = Int(reply.serverVersion.prefix { $0 != "." }) ?? 0
  }
}
