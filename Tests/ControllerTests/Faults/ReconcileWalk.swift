import Documents
import SandboxFaults
import TeleportSchema

@testable import controller

/// Users, administrators and misfortune, at random, and what is to be seen when they rest.
struct ReconcileWalk {
  let faults: FaultStage
  private(set) var steps: [String] = []
  private var random: SeededGenerator
  private var model = WalkModel()
  private var lives: [ControllerLife] = []
  private var held: Set<String> = []
  /// More of them in a minute would be held back, which is another test's business.
  private var deletionsLeft = 9

  private var stage: Stage { faults.stage }
  private static let plurals = ["teleportroles", "teleportusers"]

  init(_ faults: FaultStage, seed: UInt64) {
    self.faults = faults
    random = SeededGenerator(seed: seed)
  }

  mutating func run(steps count: Int, rests: Int) async throws {
    try await startOne()
    for number in 1...count {
      try await step()
      if number % rests == 0 { try await rest() }
    }
    try await rest()
  }

  // MARK: - Steps

  private mutating func step() async throws {
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<45: try await userStep()
    case 45..<60: try await administratorStep()
    case 60..<70: try await processStep()
    case 70..<85: try await callFault()
    default: try await watchFault()
    }
    // Sometimes what was begun is finished before the next thing happens.
    if Int.random(in: 0..<3, using: &random) == 0 {
      try await Task.sleep(for: .milliseconds(Int.random(in: 1...40, using: &random)))
    }
  }

  private mutating func say(_ text: String) { steps.append(text) }

  private mutating func pick() -> Int { Int.random(in: model.subjects.indices, using: &random) }

  private mutating func userStep() async throws {
    let index = pick()
    let subject = model.subjects[index]
    guard let value = subject.values.randomElement(using: &random) else { return }
    let exists = try await stage.custom(subject.kind, subject.name) != nil
    if subject.declared == nil {
      // What is being deleted cannot be created.
      if exists { return }
      say("create \(subject.name) \(value)")
      try await stage.apply(subject.kind, subject.name, spec: subject.spec(value))
      model.subjects[index].declared = value
    } else if Int.random(in: 0..<4, using: &random) > 0 || deletionsLeft == 0 {
      say("change \(subject.name) \(value)")
      try await stage.changeUndisturbed(
        subject.kind, subject.name, ["spec": subject.spec(value)])
      model.subjects[index].declared = value
    } else {
      say("delete \(subject.name)")
      deletionsLeft -= 1
      try await stage.delete(subject.kind, subject.name)
      model.subjects[index].declared = nil
      // What was handed over but never taken over stays, with nobody's finalizer; its owner clears it away.
      if subject.foreign == nil, try await stage.custom(subject.kind, subject.name) == nil {
        await stage.teleport.delete(subject.teleportKind, subject.name)
      }
    }
  }

  private mutating func administratorStep() async throws {
    let index = pick()
    let subject = model.subjects[index]
    let live = try await stage.teleport.resource(subject.teleportKind, subject.name)
    guard let value = subject.values.randomElement(using: &random) else { return }
    if subject.foreign != nil {
      if subject.declared != nil, Bool.random(using: &random) {
        say("hand over \(subject.name)")
        try await stage.changeByHand(subject.teleportKind, subject.name) {
          $0["metadata"]?["labels"]?[DeclaredResource.originLabel] = "kubernetes"
        }
      } else {
        say("remove foreign \(subject.name)")
        await stage.teleport.delete(subject.teleportKind, subject.name)
      }
      model.subjects[index].foreign = nil
    } else if live == nil {
      guard try await stage.custom(subject.kind, subject.name) == nil else { return }
      say("make foreign \(subject.name) \(value)")
      try await stage.teleport.put(subject.teleportKind, subject.foreignResource(value))
      model.subjects[index].foreign = value
    } else if Bool.random(using: &random) {
      say("change \(subject.name) by hand to \(value)")
      try await stage.changeByHand(subject.teleportKind, subject.name) { resource in
        for (field, part) in subject.spec(value).object ?? [:] { resource["spec"]?[field] = part }
      }
    } else {
      say("delete \(subject.name) by hand")
      await stage.teleport.delete(subject.teleportKind, subject.name)
    }
  }

  private mutating func startOne() async throws { lives.append(try await faults.start()) }

  private mutating func processStep() async throws {
    switch Int.random(in: 0..<4, using: &random) {
    case 0 where lives.count < 2:
      say("start another")
      try await startOne()
    case 0...1 where !lives.isEmpty:
      say("kill")
      await lives.remove(at: Int.random(in: lives.indices, using: &random)).kill()
      try await faults.expireLease()
    case 2 where !lives.isEmpty:
      say("stop")
      let life = lives.remove(at: Int.random(in: lives.indices, using: &random))
      await life.controller.stop()
    default:
      say("take the lease away")
      _ = try? await stage.kubernetes.patch(
        "leases", FaultStage.lease, with: ["spec": ["holderIdentity": "another"]])
      try await faults.expireLease()
    }
    if lives.isEmpty { try await startOne() }
  }

  private mutating func callFault() async throws {
    let moment: FaultMoment = Bool.random(using: &random) ? .beforeCommit : .afterCommit
    let times = Int.random(in: 1...2, using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0...1:
      guard let code = [4, 7, 8, 14].randomElement(using: &random) else { return }
      say("Teleport answers \(code) \(moment) \(times) times")
      await stage.teleport.faults.inject(
        .fail(code: code, message: "a fault"), at: moment, times: times
      ) { $0.operation.hasSuffix("Role") || $0.operation.hasSuffix("User") }
    case 2...3:
      guard let code = [409, 429, 500, 503].randomElement(using: &random) else { return }
      say("Kubernetes answers \(code) \(moment) \(times) times")
      await stage.kubernetes.faults.inject(
        .fail(code: code, message: "a fault"), at: moment, times: times
      ) { $0.operation.hasPrefix("PATCH teleport") }
    case 4:
      say("Teleport's connections are cut \(moment)")
      await stage.teleport.faults.inject(.cut, at: moment) { $0.operation.hasSuffix("Role") }
    default:
      say("a new identity")
      try faults.renewIdentity()
    }
  }

  private mutating func watchFault() async throws {
    guard let plural = Self.plurals.randomElement(using: &random) else { return }
    let kubernetes = stage.kubernetes
    switch Int.random(in: 0..<7, using: &random) {
    case 0:
      say("hold \(plural)")
      held.insert(plural)
      try await kubernetes.hold(plural)
    case 1: try await release(plural)
    case 2:
      say("replay \(plural)")
      try await kubernetes.replay(plural, after: 0)
    case 3:
      say("forget the history")
      await kubernetes.compact()
      try await kubernetes.failWatches(of: plural)
    case 4:
      say("cut \(plural)")
      try await kubernetes.cutWatches(of: plural)
    case 5:
      say("cut Teleport's events")
      await stage.teleport.cutEventStreams(code: 14)
    default:
      say("lock the bot")
      await stage.teleport.lock(user: TeleportIdentity.botUser)
      try await Task.sleep(for: .milliseconds(Int.random(in: 1...100, using: &random)))
      await stage.teleport.unlock(user: TeleportIdentity.botUser)
    }
  }

  private mutating func release(_ plural: String) async throws {
    guard held.remove(plural) != nil else { return }
    let isCollapsing = Bool.random(using: &random)
    say("release \(plural)\(isCollapsing ? ", all at once" : "")")
    try await stage.kubernetes.release(plural, collapsing: isCollapsing)
  }

  // MARK: - Rest

  /// Ends all misfortune, waits until nothing is left to do, and looks.
  private mutating func rest() async throws {
    say("rest")
    await stage.kubernetes.faults.removeAll()
    await stage.teleport.faults.removeAll()
    for plural in held.sorted() { try await release(plural) }
    var complaints: [String] = []
    let lives = lives
    do {
      try await eventually("", within: .seconds(60)) {
        complaints = try await model.complaints(stage)
        return complaints.isEmpty
      }
    } catch is NotInTime {
      throw NotInTime(description: complaints.joined(separator: "; "))
    }
    // Whoever waits for what is not its own looks again and again, later each time.
    let foreign = model.subjects.contains { $0.foreign != nil && $0.declared != nil }
    try await eventually("there is an end to it", within: .seconds(60)) {
      for life in lives {
        guard try await life.knowsAll(on: stage) else { return false }
        if !foreign, await isLeader(life), try await !life.isQuiet(on: stage) { return false }
      }
      return true
    }
    guard let leader = await leader(of: lives) else { return }
    if !foreign { try await FaultTrial.staysQuiet(leader, faults) }
    complaints = try await model.complaints(stage)
    guard complaints.isEmpty else {
      throw NotInTime(description: "after a resync " + complaints.joined(separator: "; "))
    }
  }

  private func isLeader(_ life: ControllerLife) async -> Bool {
    let lease = try? await stage.kubernetes.get("leases", FaultStage.lease)
    return lease?[["spec", "holderIdentity"]]?.string == life.lease.identity
  }

  private func leader(of lives: [ControllerLife]) async -> ControllerLife? {
    for life in lives where await isLeader(life) { return life }
    return nil
  }
}
