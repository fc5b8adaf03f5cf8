import Testing

@testable import tbot_lite

@Suite struct LifecycleTests {
  typealias Step = Lifecycle.Step

  /// Completes every step until a pause or the end; tells what was done and what came then.
  private func run(
    _ lifecycle: inout Lifecycle, _ event: Lifecycle.Event,
    failing: [Step: StepFailure] = [:]
  ) -> (steps: [Step], end: Lifecycle.Action?) {
    var steps: [Step] = []
    var action = lifecycle.handle(event)
    while case .perform(let step)? = action {
      steps.append(step)
      #expect(lifecycle.state == .working(step))
      action = lifecycle.handle(failing[step].map { .failed(step, $0) } ?? .completed(step))
    }
    return (steps, action)
  }

  private func failure(
    _ remedy: StepFailure.Remedy = .tryAgain, all: Bool = true
  ) -> StepFailure {
    StepFailure(phase: .issuing, reason: "x", remedy: remedy, concernsAllOutputs: all)
  }

  private func pause(_ action: Lifecycle.Action?) -> Lifecycle.Pause? {
    if case .pause(let pause)? = action { pause } else { nil }
  }

  @Test func theFirstCycleChecksTheDestinationsBeforeAnythingElse() {
    var lifecycle = Lifecycle(outputCount: 2)
    let (steps, end) = run(&lifecycle, .started)
    #expect(
      steps == [
        .prepare, .authenticate, .connect, .bootstrap, .issue(output: 0), .publish(output: 0),
        .issue(output: 1), .publish(output: 1), .announce,
      ])
    #expect(pause(end) == .untilRenewal)
    #expect(lifecycle.isPublished)
    #expect(lifecycle.state == .waiting)
  }

  @Test func aRenewalBeginsWithTheIdentity() {
    var lifecycle = Lifecycle(outputCount: 1)
    _ = run(&lifecycle, .started)
    for event in [Lifecycle.Event.due, .renewalRequested] {
      #expect(run(&lifecycle, event).steps.first == .authenticate)
    }
  }

  @Test func anOutputThatFailsHoldsUpNoOtherAndIsTriedAlone() {
    var lifecycle = Lifecycle(outputCount: 3)
    let (steps, end) = run(
      &lifecycle, .started, failing: [.publish(output: 1): failure(all: false)])
    #expect(steps.contains(.publish(output: 2)))
    #expect(steps.last == .announce)
    #expect(pause(end) == .untilRetry(failures: 1, isFirst: true))
    #expect(lifecycle.pending == [1])
    let (again, end2) = run(&lifecycle, .due)
    #expect(again.filter { $0.output != nil } == [.issue(output: 1), .publish(output: 1)])
    #expect(pause(end2) == .untilRenewal)
    #expect(lifecycle.isPublished)
  }

  @Test func whatConcernsAllEndsTheCycleAtOnce() {
    var lifecycle = Lifecycle(outputCount: 3)
    let (steps, end) = run(&lifecycle, .started, failing: [.issue(output: 0): failure()])
    #expect(!steps.contains(.issue(output: 1)))
    #expect(!steps.contains(.announce))
    #expect(pause(end) == .untilRetry(failures: 1, isFirst: true))
    #expect(lifecycle.pending == [0, 1, 2])
  }

  @Test func failuresAreCountedUntilACycleSucceeds() {
    var lifecycle = Lifecycle(outputCount: 1)
    #expect(
      pause(run(&lifecycle, .started, failing: [.connect: failure()]).end)
        == .untilRetry(failures: 1, isFirst: true))
    for count in 2..<5 {
      #expect(
        pause(run(&lifecycle, .due, failing: [.connect: failure()]).end)
          == .untilRetry(failures: count, isFirst: true))
    }
    _ = run(&lifecycle, .due)
    #expect(
      pause(run(&lifecycle, .due, failing: [.connect: failure()]).end)
        == .untilRetry(failures: 1, isFirst: false))
  }

  @Test func aRequestWhileBackingOffRenewsEverything() {
    var lifecycle = Lifecycle(outputCount: 2)
    _ = run(&lifecycle, .started, failing: [.issue(output: 1): failure(all: false)])
    let steps = run(&lifecycle, .renewalRequested).steps
    #expect(steps.contains(.issue(output: 0)))
    #expect(steps.contains(.issue(output: 1)))
  }

  @Test func whatAPersonHasToMendEndsABotThatHasServedNobodyYet() {
    var lifecycle = Lifecycle(outputCount: 1)
    let (_, end) = run(&lifecycle, .started, failing: [.prepare: failure(.endUnlessPublished)])
    guard case .end? = end else { return #expect(Bool(false), "\(String(describing: end))") }
    #expect(lifecycle.state == .ended)
    #expect(lifecycle.handle(.due) == nil)

    var serving = Lifecycle(outputCount: 1)
    _ = run(&serving, .started)
    let (_, later) = run(
      &serving, .due, failing: [.issue(output: 0): failure(.endUnlessPublished, all: false)])
    #expect(pause(later) == .untilRetry(failures: 1, isFirst: false))
    let (_, last) = run(&serving, .due, failing: [.authenticate: failure(.end)])
    guard case .end? = last else { return #expect(Bool(false), "\(String(describing: last))") }
  }

  @Test func aHookThatFailsChangesNothing() {
    var lifecycle = Lifecycle(outputCount: 1)
    #expect(
      pause(run(&lifecycle, .started, failing: [.announce: failure()]).end) == .untilRenewal)
  }

  @Test func eventsThatDoNotFitAreIgnored() {
    var lifecycle = Lifecycle(outputCount: 1)
    #expect(lifecycle.handle(.due) == nil)
    #expect(lifecycle.state == .new)
    _ = lifecycle.handle(.started)
    #expect(lifecycle.handle(.completed(.connect)) == nil)
    #expect(lifecycle.handle(.renewalRequested) == nil)
    #expect(lifecycle.state == .working(.prepare))
  }
}
