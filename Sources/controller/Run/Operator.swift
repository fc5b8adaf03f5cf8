import FoundationEssentials
import Kubernetes
import Logging
import Metrics
import Operations
import ServiceLifecycle
import TeleportClient

/// The controller's process: mirrors on both sides, the lease, and workers while the lease is held.
struct Operator: Service {
  let settings: RunSettings
  let client: KubernetesClient
  let link: TeleportLink
  let logger: Logger

  let log: StateLog
  let mirror = TeleportMirror()
  let resources: ResourceMirror
  let troubles = WatchTroubles()
  let queue = WorkQueue()
  let retries: Retries
  let leadership: Leadership
  private let ledger = VerificationLedger()
  private let recorder = MetricsRecorder(kinds: WatchedKind.all.map(\.customResource.kind))
  let access: AccessCheck

  /// How many resources are handled at once. A call takes milliseconds; more would only crowd Teleport.
  private static let workers = 8
  /// How long to wait for what Teleport holds before asking for it one by one.
  private static let patience: Duration = .seconds(5)
  /// How long work in flight may take after SIGTERM.
  private static let grace: Duration = .seconds(5)

  /// - Parameter lease: which one to hold, and its times; nil for what the settings say and the usual times.
  init(
    settings: RunSettings, client: KubernetesClient, logger: Logger, lease: LeaseOptions? = nil
  ) throws {
    self.settings = settings
    self.client = client
    self.logger = logger
    log = StateLog(logger)
    resources = ResourceMirror(isSelective: settings.scope.selector != .all)
    retries = Retries(queue)
    link = TeleportLink(
      directory: settings.identityDirectory, address: settings.authServer, log: log,
      onCall: ControllerMetrics.teleportCalled)
    let lease =
      try lease
      ?? LeaseOptions(
        key: ObjectKey(settings.leaderElectionID, namespace: settings.namespace),
        identity: LeaseOptions.identity(host: ProcessInfo.processInfo.hostName))
    leadership = Leadership(client, options: lease, logger: logger)
    access = AccessCheck(
      AccessNeeds(scope: settings.scope, home: settings.namespace), client, logger: logger)
  }

  func run() async throws {
    logger.info(
      "starting",
      metadata: [
        "namespace": "\(settings.scope)", "kubernetes": "\(client.configuration.server)",
        "auth-server": "\(settings.authServer)",
        "identity-dir": "\(settings.identityDirectory.path)",
      ])
    let events = EventRecorder(client, component: "teleport-operator")
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await events.run() }
      group.addTask { await retries.run() }
      group.addTask { await followTeleport() }
      group.addTask { await access.run() }
      for kind in WatchedKind.all {
        for namespace in settings.scope.reflected {
          group.addTask { await follow(kind, in: namespace) }
        }
      }
      group.addTask { await resync() }
      group.addTask { await letGoWhenIdle() }
      await lead { reconciler(events, cluster: $0) }
      group.cancelAll()
    }
    logger.info("stopped")
  }

  private func reconciler(_ events: EventRecorder, cluster: String?) -> Reconciler {
    let brake = settings.deletionBrake
    let observer = Observer(
      mirror: mirror, resources: resources, unverified: UnverifiedWrites(),
      late: LateReads(),
      deletions: RecentDeletions(window: brake?.window ?? .zero),
      secrets: SecretResolver(client, timeout: Reconciler.callTimeout),
      settings: .init(policy: settings.policy, brake: brake, cluster: cluster))
    let reporter = StatusReporter(
      client: client, resources: resources, fence: leadership.fence, events: events, log: log,
      ledger: ledger, now: { Date() })
    return Reconciler(
      client: client, link: link, mirror: mirror, resources: resources, observer: observer,
      fence: leadership.fence, reporter: reporter)
  }

  /// Why this process is not doing its work, or could not take it over; empty when nothing keeps it.
  func problems() async -> [String] {
    let standings = mirror.standings
    let unknown = WatchedKind.teleportKinds.map(\.kind).filter { kind in
      switch standings[kind] {
      case .inSync: false
      // What no waiting cures must not keep the other kinds from being worked on; metrics and the log tell of it.
      case .failing(.permissionDenied), .failing(.unimplemented): false
      case .listing, .failing, nil: true
      }
    }
    return await link.problems() + unknown.map { "\($0): what Teleport holds is not known yet" }
      + resources.problems()
  }

  /// Brings the metrics up to date that depend on when they are asked for.
  func recordMetrics() async {
    var report = ControllerReport()
    report.leading = leadership.since
    report.certificateExpiry = await link.certificateExpiry?.timeIntervalSinceNow
    report.isTeleportReachable = await link.problems().isEmpty
    for lane in Lane.allCases {
      report.queue[lane] = .init(
        depth: queue.depth(of: lane), oldestAge: queue.oldestAge(in: lane))
    }
    let standings = mirror.standings
    for kind in WatchedKind.all {
      let name = kind.customResource.kind
      let count = resources.count(of: kind)
      if ledger.count(of: name) > count { ledger.keep(Set(resources.keys(of: kind)), of: name) }
      report.kinds[name] = .init(
        count: count, isSyncedWithKubernetes: resources.isLive(kind),
        isSyncedWithTeleport: lacksNothing(standings[kind.schema.kind], count: count))
    }
    report.ledger = ledger.summary()
    recorder.record(report)
  }

  /// Whether the mirror of Teleport knows all that matters of a kind.
  ///
  /// - Parameter count: how many custom resources declare one.
  private func lacksNothing(_ standing: TeleportMirror.Standing?, count: Int) -> Bool {
    switch standing {
    case .inSync, .failing(.unimplemented): true
    // A narrower role is no fault while nobody declares what it leaves out.
    case .failing(.permissionDenied): count == 0
    default: false
    }
  }

  // MARK: - Leading

  /// - Parameter reconciler: makes one for a cluster.
  private func lead(_ reconciler: @escaping @Sendable (String?) -> Reconciler) async {
    let work = Task {
      let reconciler = reconciler(try await clusterID())
      try await leadership.run {
        // What others have done meanwhile is not known.
        ledger.forgetAll()
        await waitForTeleport()
        await withTaskGroup(of: Void.self) { group in
          for _ in 0..<Self.workers {
            group.addTask {
              await Worker(queue, retries, resources, log) { object, kind, failures in
                try await reconciler.reconcile(object, kind, failures: failures)
              }.run()
            }
          }
        }
      }
    }
    await withGracefulShutdownHandler {
      await withTaskCancellationHandler {
        _ = await work.result
      } onCancel: {
        work.cancel()
      }
    } onGracefulShutdown: {
      // Workers finish what they have; waiting for somebody else's lease is simply given up.
      queue.close()
      if !leadership.isLeading { work.cancel() }
      Task {
        try? await Task.sleep(for: Self.grace)
        work.cancel()
      }
    }
  }

  private func clusterID() async throws -> String? {
    if let given = settings.clusterID { return given }
    return try await ClusterIdentity(client: client, logger: logger).read()
  }

  /// Thousands of resources are one list, or thousands of calls.
  private func waitForTeleport() async {
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          await mirror.waitForSync(of: Set(WatchedKind.teleportKinds.map(\.kind)))
        }
        group.addTask { try? await Task.sleep(for: Self.patience) }
        await group.next()
        group.cancelAll()
      }
    }
  }

  /// Whether nothing is to be done, by what is known so far, and nothing is waited for.
  var isIdle: Bool { queue.isIdle && retries.isIdle }
}
