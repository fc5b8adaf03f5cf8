import Credentials
import FileFaults
import FoundationEssentials
import SandboxFaults
import TeleportSandbox
import Testing

@testable import tbot_lite

/// A bot with a renewable identity stops at every call and every file system operation, in its first join and in a renewal.
///
/// What the protocol makes impossible is told, not hidden: where Teleport has counted and the certificate was lost, the
/// bot needs a new token. It is never locked, and as long as its identity lasts it serves.
@Suite(.serialized, .timeLimit(.minutes(5))) struct TokenCrashTests {
  private struct Tally {
    var survived = 0
    var told = 0
  }

  /// In seconds: an identity of an hour is due by then.
  private static let age = 700.0

  /// Brings the stage to the point before the disturbance.
  private func prepare(_ stage: JoinStage, joins: Bool) async throws {
    try? FileManager.default.removeItem(atPath: stage.storage)
    stage.crash.forgetPublished()
    try await stage.giveNewToken()
    if !joins { #expect(try await stage.crash.run().isWaiting) }
  }

  @Test(arguments: CrashPoints.selected([14], besides: [18]), [true, false])
  func atEveryCall(major: Int, joins: Bool) async throws {
    try await JoinStage.with(major) { stage in
      try await prepare(stage, joins: joins)
      let faults = stage.sandbox.faults
      await faults.forgetRequests()
      #expect(try await stage.crash.run(ahead: Self.age).isWaiting)
      let calls = await faults.requests.map(\.operation)
      #expect(calls.contains { $0.contains(joins ? "egister" : "GenerateUserCerts") })
      var tally = Tally()
      for call in calls.indices {
        for moment in [FaultMoment.beforeCommit, .afterCommit] {
          try await prepare(stage, joins: joins)
          let gate = Gate()
          await faults.inject(.pause(gate), at: moment, skip: call) { _ in true }
          let rest = try await stage.crash.run(
            ahead: Self.age, stopping: { try? await gate.arrival() })
          await faults.removeAll()
          guard !rest.isWaiting else {
            // A call that only reads has no commit.
            #expect(moment == .afterCommit, "\(calls[call]) did not come")
            continue
          }
          await gate.open()
          try await recover(stage, &tally, "\(calls[call]) \(moment)")
        }
      }
      print(
        "token, Teleport \(major), \(joins ? "join" : "renewal"): \(tally.survived) stops around calls survived, "
          + "\(tally.told) told")
      // Only around the call that the server counts.
      #expect(tally.told <= 3)
      #expect(tally.survived >= calls.count)
    }
  }

  @Test(arguments: [true, false])
  func atEveryFileOperation(joins: Bool) async throws {
    try await JoinStage.with(18) { stage in
      let scratch = stage.sandbox.dataDirectory + "/scratch"
      try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: false)
      try await prepare(stage, joins: joins)
      let undisturbed = FaultyFileSystem(scratch: scratch)
      #expect(try await stage.crash.run(undisturbed, ahead: Self.age).isWaiting)
      let operations = undisturbed.operations
      var tally = Tally()
      let points = CrashPoints.selected(operations.count, every: 7)
      for operation in points {
        let fault = FileFault(at: operation, .stopAfter)
        try await prepare(stage, joins: joins)
        _ = try await stage.crash.run(
          FaultyFileSystem(scratch: scratch, fault: fault), ahead: Self.age)
        try await recover(stage, &tally, "\(fault): \(operations[fault.operation])")
      }
      print(
        "token, \(joins ? "join" : "renewal"): \(tally.survived) stops after a file operation survived, \(tally.told) told"
      )
      #expect(tally.survived + tally.told == points.count)
      #expect(tally.told <= points.count / 3)
    }
  }

  private func recover(_ stage: JoinStage, _ tally: inout Tally, _ point: String) async throws {
    let log = LogLines()
    let rest = try await stage.crash.run(log: log, ahead: Self.age + 20)
    #expect(await stage.sandbox.locks.isEmpty, "\(point) has locked the bot")
    // A torn directory would throw here.
    let published = try stage.crash.published()
    let isTold =
      log.all.contains { $0.contains(" ERROR ") && $0.contains("new token") }
      || rest.failure?.reason.contains("new token") == true
    if isTold {
      tally.told += 1
      // Whoever still has an identity serves with it.
      if rest.isWaiting { #expect(published != nil, "\(point)") }
      try await stage.giveNewToken()
      let again = LogLines()
      #expect(try await stage.crash.run(log: again).isWaiting, "\(point): \(again.all)")
      #expect(await stage.sandbox.locks.isEmpty, "\(point) has locked the bot")
    } else {
      tally.survived += 1
      #expect(rest.isWaiting, "\(point): \(rest) \(log.all)")
    }
    #expect(try stage.crash.published() != nil, "\(point)")
  }
}
