import FoundationEssentials
import TeleportSchema

extension TeleportSandbox {
  /// How a stand-in behaves.
  public struct Options: Sendable {
    /// Decides which calls exist and what they do; 11, 14 and 18 are modelled in detail.
    public var version = ServerVersion(18, 0, 0)
    public var clusterName = "sandbox.example.com"
    /// Created where missing; nil takes a new directory below the temporary one.
    public var dataDirectory: String?
    /// nil takes a loopback address that no other server of this process has: the port is then still free after a
    /// `stop()`, however many servers come and go meanwhile.
    public var host: String?
    /// 0 takes any free port.
    public var port = 0
    public var cacheLag = CacheLag.none
    public var features = Features()
    /// What every call takes at least; see `Faults.setLatency` for a change while it runs.
    public var latency = Duration.zero
    /// Whether `faults.requests` lists all calls; they are counted in any case.
    public var keepsRequests = true
    /// Events that a client may be behind before it loses its stream.
    public var eventQueueSize = 1024
    /// The time; a certificate's validity and all that expires go by it.
    public var now: @Sendable () -> Date = { Date() } {
      didSet { hasOwnClock = true }
    }
    /// Whether more than one client certificate is refused, as the real one does. Expired or foreign ones are then
    /// refused with the alert `certificate_unknown` instead of the one that fits; so they are once the clock was moved.
    public var refusesIntermediates = false
    /// Caps every certificate that is issued; nil: no more than what Teleport itself caps.
    public var maximumCertificateLifetime: Duration?
    /// What Kubernetes says of a service account's token; nil: as a server says it that runs outside of Kubernetes.
    public var reviewToken: (@Sendable (String) -> TokenReview)?
    private(set) var hasOwnClock = false

    public init() {}

    /// The release that stands for that major version.
    public init(major: Int) {
      version = ServerVersion(major, 0, 0)
    }
  }

  /// How long reads and events stay behind writes.
  public enum CacheLag: Hashable, Sendable {
    case none
    case after(Duration)
    /// Until `refreshCache()`.
    case manual
  }

  /// What a TokenReview comes to.
  public enum TokenReview: Hashable, Sendable {
    /// `NAMESPACE:NAME` of the service account.
    case serviceAccount(String)
    /// The error that Kubernetes gives.
    case refused(String)
  }

  /// What the licence of the cluster includes.
  public struct Features: Hashable, Sendable {
    public var oidc = false
    public var saml = false
    public var accessControls = false
    public var advancedAccessWorkflows = false
    /// Names of entitlements that are on; servers from 15 on tell of all that there are whether they are.
    public var entitlements: Set<String> = []

    private static let allEntitlements = [
      "AccessLists", "AccessMonitoring", "AccessRequests", "App", "DB", "Desktop", "DeviceTrust",
      "HSM", "Identity", "K8s", "OIDC", "OktaSCIM", "OktaUserSync", "Policy", "SAML",
    ]

    public init() {}

    public static var enterprise: Features {
      var features = Features()
      features.oidc = true
      features.saml = true
      features.accessControls = true
      features.advancedAccessWorkflows = true
      features.entitlements = ["OIDC", "SAML", "AccessLists", "Identity", "Policy"]
      return features
    }

    /// `proto.Features`
    func message(major: Int) -> [UInt8] {
      var writer = WireWriter()
      let switches: [(field: Int, isOn: Bool)] = [
        (1, true), (2, true), (3, true), (4, oidc), (5, saml), (6, accessControls),
        (7, advancedAccessWorkflows),
      ]
      for feature in switches where feature.isOn { writer.varint(feature.field, 1) }
      guard major >= 15 else { return writer.bytes }
      for name in entitlements.union(Self.allEntitlements).sorted() {
        var info = WireWriter()
        if entitlements.contains(name) { info.varint(1, 1) }
        var entry = WireWriter()
        entry.string(1, name)
        entry.bytes(2, info.bytes)
        writer.bytes(35, entry.bytes)
      }
      return writer.bytes
    }
  }

  /// Writes that came through the API; what a test does by hand is not counted.
  public struct WriteCounts: Hashable, Sendable {
    public var created = 0
    public var updated = 0
    public var deleted = 0

    public init(created: Int = 0, updated: Int = 0, deleted: Int = 0) {
      self.created = created
      self.updated = updated
      self.deleted = deleted
    }

    public var total: Int { created + updated + deleted }
  }
}
