import Testing

@testable import tbot_lite

/// Every state that events can lead to, visited once each.
@Suite struct LifecycleWalkTests {
  private struct Node: Hashable {
    let lifecycle: Lifecycle

    /// Counters only grow; what they do is the same from the second failure on.
    var key: String {
      let count: String =
        if case .backingOff(let failures) = lifecycle.state { "\(min(failures, 2))" } else { "" }
      return
        "\(lifecycle.state.phase) \(lifecycle.state.step.map { "\($0)" } ?? "") \(count) "
        + "\(lifecycle.pending.sorted()) \(lifecycle.published.sorted()) \(lifecycle.inner)"
    }
    static func == (left: Node, right: Node) -> Bool { left.key == right.key }
    func hash(into hasher: inout Hasher) { hasher.combine(key) }
  }

  private func events(_ state: Lifecycle.State) -> [Lifecycle.Event] {
    switch state {
    case .new: return [.started]
    case .waiting, .backingOff: return [.due, .renewalRequested]
    case .ended: return []
    case .working(let step):
      let failures = [StepFailure.Remedy.tryAgain, .endUnlessPublished, .end].flatMap { remedy in
        [true, false].map { all in
          Lifecycle.Event.failed(
            step,
            StepFailure(
              phase: step.phase, reason: "x", remedy: remedy, concernsAllOutputs: all))
        }
      }
      return [.completed(step)] + failures
    }
  }

  @Test(arguments: 1...3)
  func fromEveryStateTheBotGetsWell(outputs: Int) {
    var seen: Set<Node> = []
    var queue = [Node(lifecycle: Lifecycle(outputCount: outputs))]
    var ends = 0
    while let node = queue.popLast() {
      guard seen.insert(node).inserted else { continue }
      if node.lifecycle.state == .ended {
        ends += 1
        continue
      }
      recovers(node.lifecycle)
      for event in events(node.lifecycle.state) {
        var next = node.lifecycle
        let action = next.handle(event)
        #expect(action != nil, "\(event) has no next step in \(node.key)")
        if case .failed(_, let failure) = event, failure.remedy == .tryAgain {
          #expect(next.state != .ended, "a failure that time may cure has ended the bot")
        }
        #expect(next.published.isSuperset(of: node.lifecycle.published))
        queue.append(Node(lifecycle: next))
      }
    }
    #expect(ends > 0)
    #expect(seen.count > outputs * 20, "visited \(seen.count) states")
  }

  /// When nothing fails any more, all outputs are published soon and then nothing is done until the renewal is due.
  private func recovers(_ start: Lifecycle) {
    var lifecycle = start
    var event: Lifecycle.Event? = events(start.state).first
    for _ in 0..<40 {
      guard let now = event else { break }
      switch lifecycle.handle(now) {
      case .perform(let step)?: event = .completed(step)
      case .pause(.untilRenewal)?:
        #expect(lifecycle.isPublished)
        #expect(lifecycle.pending.isEmpty)
        return
      case .pause?: event = .due
      default: event = nil
      }
    }
    Issue.record("does not get well from \(start.state), pending \(start.pending)")
  }
}

extension Lifecycle.State {
  fileprivate var step: Lifecycle.Step? {
    if case .working(let step) = self { step } else { nil }
  }
}

extension Lifecycle {
  /// What is private in it.
  fileprivate var inner: String {
    Mirror(reflecting: self).children.filter {
      ["failedOutputs", "hasNews"].contains($0.label)
    }.map { child in
      (child.value as? Set<Int>).map { "\($0.sorted())" } ?? "\(child.value)"
    }.joined(separator: " ")
  }
}
