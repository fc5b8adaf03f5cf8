import Credentials
import Logging
import Operations
import TeleportClient
import TeleportSchema

/// What `run` was told, checked.
struct RunSettings: Sendable {
  /// Where the Lease is.
  let namespace: String
  let scope: NamespaceScope
  let leaderElectionID: String
  let syncPeriod: Duration
  let metricsAddress: ListenAddress?
  let healthAddress: ListenAddress?
  let identityDirectory: PublishedDirectory
  let authServer: AuthAddress
  /// How custom resources are treated that do not say themselves.
  let policy: ResourcePolicy.Defaults
  /// Nil: deletions are never held back.
  let deletionBrake: DeletionBrake?
  /// Nil: the UID of the namespace kube-system is.
  let clusterID: String?
  let logLevel: Logger.Level
  let logFormat: LogFormat

  /// - Parameter defaultNamespace: of the pod or the kubeconfig.
  init(
    _ given: [String: String?], environment: [String: String], defaultNamespace: String
  ) throws(InvalidOption) {
    let source = OptionSource(prefix: "TELEPORT_OPERATOR", given: given, environment: environment)
    let home = environment["POD_NAMESPACE"].flatMap { $0.isEmpty ? nil : $0 } ?? defaultNamespace
    scope = try NamespaceScope(source, default: home)
    namespace = scope.leaseNamespace(home: home)
    leaderElectionID = source.text("leader-election-id") ?? "431e83f4.teleport.dev"
    syncPeriod = try source.value("sync-period", default: "10h", "a duration such as 10h") {
      guard let nanoseconds = DurationText.parse($0), nanoseconds >= 1_000_000_000 else {
        return nil
      }
      return .nanoseconds(nanoseconds)
    }
    let listen = "host:port, or 0 for none"
    metricsAddress = try source.value("metrics-bind-address", default: ":8080", listen) {
      ListenAddress.parse($0)
    }
    healthAddress = try source.value("health-probe-bind-address", default: ":8081", listen) {
      ListenAddress.parse($0)
    }
    identityDirectory = PublishedDirectory(
      path: source.text("identity-dir") ?? "/var/run/teleport-identity")
    authServer = try source.value("auth-server", default: "127.0.0.1:3025", "host:port") {
      AuthAddress($0)
    }
    policy = ResourcePolicy.Defaults(
      drift: try source.value("drift-policy", default: "Correct", "Correct or Report") {
        DriftPolicy(rawValue: $0)
      },
      adoption: try source.value("adopt", default: "Never", "Never, IfEqual or Always") {
        AdoptionPolicy(rawValue: $0)
      })
    deletionBrake = try source.value(
      "deletion-brake", default: "10,20%", "a number and a percentage such as 10,20%, or off"
    ) { $0 == "off" ? .some(nil) : DeletionBrake($0).map { .some($0) } }
    clusterID = source.text("cluster-id")
    logLevel = try source.value("log-level", default: "info", "one of \(Logger.Level.names)") {
      Logger.Level(name: $0)
    }
    logFormat = try source.value("log-format", default: "text", "text or json") {
      LogFormat(rawValue: $0)
    }
  }
}
