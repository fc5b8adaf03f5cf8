import Credentials
import FileFaults
import FoundationEssentials
import SandboxFaults
import TeleportSandbox
import Testing

@testable import tbot_lite

/// The process stops at every call to Teleport and at every file system operation, and is started again.
@Suite(.serialized, .timeLimit(.minutes(3))) struct LocalAdminCrashTests {
  private func with(
    _ major: Int, _ body: (CrashStage) async throws -> Void
  ) async throws {
    try await BotFixture.withSandbox(TeleportSandbox.Options(major: major)) { sandbox in
      try await body(CrashStage(sandbox: sandbox, settings: try BotFixture.settings(sandbox)))
    }
  }

  private func forgetAll(_ stage: CrashStage) async {
    await stage.sandbox.delete("user", "bot-teleport-operator")
    await stage.sandbox.delete("role", "teleport-operator")
    stage.forgetPublished()
  }

  @Test(arguments: CrashPoints.selected([18], besides: [11, 14]))
  func atEveryCall(major: Int) async throws {
    try await with(major) { stage in
      var points = 0
      for isFirst in [true, false] {
        if isFirst { await forgetAll(stage) }
        await stage.sandbox.faults.forgetRequests()
        #expect(try await stage.run().isWaiting)
        let calls = await stage.sandbox.faults.requests.count
        #expect(calls >= 5)
        for call in 0..<calls {
          for moment in [FaultMoment.beforeCommit, .afterCommit] {
            if isFirst { await forgetAll(stage) }
            if try await stopAndRestart(stage, call, moment) { points += 1 }
          }
        }
      }
      #expect(points > 20)
      print("local-admin, Teleport \(major): survived a stop at \(points) points around calls")
    }
  }

  /// - Returns: false where there is nothing to stop at: a call that only reads has no commit.
  private func stopAndRestart(
    _ stage: CrashStage, _ call: Int, _ moment: FaultMoment
  ) async throws -> Bool {
    let before = try stage.published()
    let gate = Gate()
    let faults = stage.sandbox.faults
    await faults.inject(.pause(gate), at: moment, skip: call) { _ in true }
    let rest = try await stage.run(stopping: { try? await gate.arrival() })
    guard !rest.isWaiting else {
      #expect(moment == .afterCommit, "call \(call) did not come")
      await faults.removeAll()
      return false
    }
    #expect(try stage.published() == before, "call \(call), \(moment)")
    await faults.removeAll()
    await gate.open()
    let log = LogLines()
    #expect(try await stage.run(log: log).isWaiting, "\(log.all)")
    let after = try stage.published()
    #expect(after != nil && after != before, "call \(call), \(moment)")
    return true
  }

  /// Here with Teleport and all; CredentialsTests has every kind of fault at each of them.
  @Test func atEveryFileOperation() async throws {
    try await with(18) { stage in
      let scratch = stage.sandbox.dataDirectory + "/scratch"
      try FileManager.default.createDirectory(
        atPath: scratch, withIntermediateDirectories: false)
      var points = 0
      for isFirst in [true, false] {
        if isFirst { stage.forgetPublished() }
        let undisturbed = FaultyFileSystem(scratch: scratch)
        #expect(try await stage.run(undisturbed).isWaiting)
        let count = undisturbed.operations.count
        for operation in CrashPoints.selected(count, every: 3) {
          let fault = FileFault(at: operation, .stopAfter)
          if isFirst { stage.forgetPublished() }
          try await stopAndRestart(stage, FaultyFileSystem(scratch: scratch, fault: fault), fault)
          points += 1
        }
      }
      #expect(points > 60)
      print("local-admin: survived a stop after each of \(points) file operations")
    }
  }

  private func stopAndRestart(
    _ stage: CrashStage, _ fileSystem: FaultyFileSystem, _ fault: FileFault
  ) async throws {
    let before = try stage.published()
    let rest = try await stage.run(fileSystem)
    // Old or new, and never something in between: `published` throws for that.
    let between = try stage.published()
    if rest.isWaiting { #expect(between != before, "\(fault)") }
    if before != nil { #expect(between != nil, "\(fault)") }
    let log = LogLines()
    #expect(try await stage.run(log: log).isWaiting, "\(fault): \(log.all)")
    let after = try stage.published()
    #expect(after != nil && after != before, "\(fault)")
  }
}
