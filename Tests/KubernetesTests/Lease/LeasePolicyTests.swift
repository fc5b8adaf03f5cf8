import Testing

@testable import Kubernetes

@Suite("lease policy")
struct LeasePolicyTests {
  private let policy = LeasePolicy(identity: "me", duration: .seconds(15))

  private func record(_ holder: String, seconds: Int = 15) -> LeaseRecord {
    LeaseRecord(
      holder: holder, durationSeconds: seconds, acquireTime: "2026-01-02T03:04:05.000000Z",
      renewTime: "2026-01-02T03:04:05.000000Z", transitions: 4)
  }

  /// Every kind of holder at ages around the end of its lease.
  @Test func everyCase() {
    #expect(policy.decide(nil, age: .zero) == .create)
    for seconds in [0, 1, 15, 60] {
      let valid = Duration.seconds(seconds == 0 ? 15 : seconds)
      for age in [.zero, valid - .milliseconds(1), valid, valid + .milliseconds(1), valid * 2] {
        #expect(policy.decide(record("me", seconds: seconds), age: age) == .renew)
        #expect(policy.decide(record("", seconds: seconds), age: age) == .acquire)
        let expected: LeasePolicy.Decision = age > valid ? .acquire : .wait(valid - age)
        #expect(policy.decide(record("other", seconds: seconds), age: age) == expected)
      }
    }
  }

  @Test func aLeaseIsWrittenAsKubernetesDoes() {
    let now = "2026-01-02T03:05:00.000000Z"
    let created = policy.record(for: .create, after: nil, time: now)
    #expect(
      created
        == LeaseRecord(
          holder: "me", durationSeconds: 15, acquireTime: now, renewTime: now, transitions: 0))
    let taken = policy.record(for: .acquire, after: record("other"), time: now)
    #expect(taken.transitions == 5)
    #expect(taken.acquireTime == now)
    let renewed = policy.record(for: .renew, after: record("me"), time: now)
    #expect(renewed.transitions == 4)
    #expect(renewed.acquireTime == "2026-01-02T03:04:05.000000Z")
    #expect(renewed.renewTime == now)
  }

  @Test func recordsKeepWhatTheyDoNotKnow() {
    let spec = record("me").written(into: ["strategy": "OldestEmulationVersion"])
    #expect(spec["strategy"] == "OldestEmulationVersion")
    #expect(LeaseRecord(spec: spec) == record("me"))
    #expect(LeaseRecord(spec: .null).holder == "")
  }

  @Test func timesThatDoNotFitAreRefused() {
    let key = ObjectKey("l", namespace: "ns")
    for (duration, deadline, retry) in [
      (15, 15, 2), (15, 14, 2), (15, 10, 10), (15, 10, 0), (0, 10, 2),
    ] {
      #expect(throws: LeaseOptions.Invalid.self) {
        try LeaseOptions(
          key: key, identity: "me", duration: .seconds(duration),
          renewDeadline: .seconds(deadline), retryPeriod: .seconds(retry))
      }
    }
    #expect(throws: LeaseOptions.Invalid.self) { try LeaseOptions(key: key, identity: "") }
    #expect(throws: LeaseOptions.Invalid.self) {
      try LeaseOptions(key: key, identity: "me", duration: .milliseconds(15500))
    }
    let identities = Set((0..<100).map { _ in LeaseOptions.identity(host: "pod") })
    #expect(identities.count == 100)
    #expect(identities.allSatisfy { $0.hasPrefix("pod_") && $0.utf8.count == 20 })
  }
}
