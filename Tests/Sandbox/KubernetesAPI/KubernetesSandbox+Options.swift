import FoundationEssentials

extension KubernetesSandbox {
  /// What happens to a watch that asks for the present state first (`sendInitialEvents`).
  ///
  /// Servers that know WatchList also take a watch with bookmarks and resourceVersion 0 or none for one.
  public enum WatchListSupport: Sendable {
    /// Served, the present state ended by an annotated bookmark.
    case supported
    /// The server knows it but cannot do it (an old etcd): HTTP 200 and an `ERROR` event with code 500.
    case refused
    /// The server is too old to know it: 422; without `sendInitialEvents`, a watch of the old kind.
    case disabled
  }

  /// How the stand-in behaves where real ones differ.
  public struct Options: Sendable {
    public var host = "127.0.0.1"
    /// 0 for any free one.
    public var port = 0
    /// More DNS names for the server's certificate.
    public var serverNames: [String] = []
    /// Who may call; the first is the one that `adminToken` and the kubeconfig are for.
    public var users = [
      SandboxUser(
        name: "admin", groups: ["system:masters"], token: UUID().uuidString, rules: [.all])
    ]
    /// How many changes of each resource are remembered for watches and paged lists.
    public var historyWindow = 100_000
    /// The time between bookmarks of a watch that allows them.
    public var bookmarkInterval = Duration.seconds(60)
    /// How long a watch lasts that names no `timeoutSeconds`.
    public var watchTimeout = Duration.seconds(1800)
    public var watchList = WatchListSupport.supported
    /// What every request takes at least; see `Faults.setLatency` for a change while it runs.
    public var latency = Duration.zero
    /// Whether `faults.requests` lists all requests; they are counted in any case.
    public var keepsRequests = true
    /// The source of timestamps.
    public var clock: @Sendable () -> Date = { Date() }

    public init() {}
  }
}
