import SandboxFaults
import TeleportClient
import TeleportSandbox
import Testing

/// The line breaks after the server has done what was asked.
@Suite(.serialized, .timeLimit(.minutes(1))) struct LostReplyTests {
  private static let write = "proto.AuthService/UpsertRole"

  @Test(arguments: majors)
  func aWriteWhoseReplyIsLostMayHaveTakenEffect(major: Int) async throws {
    try await withAdmin(.init(major: major)) { sandbox, calls in
      await sandbox.faults.inject(.cut, at: .afterCommit) {
        $0.operation.hasPrefix(Self.write) && $0.target == "r"
      }
      let schema = try TestResource.roleSchema
      let error = try await failure {
        try await calls.upsert(schema.encode(TestResource.role("r")), of: schema)
      }
      #expect(error.mayHaveTakenEffect, "\(error)")
      #expect(await sandbox.names("role").contains("r"))
      // A write is never repeated behind the caller's back.
      #expect(await sandbox.writes("role").total == 1)
    }
  }

  @Test func aWriteThatIsTooSlowMayHaveTakenEffect() async throws {
    try await withSandbox(.init(major: 18)) { sandbox in
      let calls = ResourceCalls(try await sandbox.connect(), timeout: .milliseconds(1500))
      let gate = Gate()
      await sandbox.faults.inject(.pause(gate), at: .afterCommit) { $0.target == "r" }
      let schema = try TestResource.roleSchema
      let error = try await failure {
        try await calls.upsert(schema.encode(TestResource.role("r")), of: schema)
      }
      await gate.open()
      #expect(error.code == .deadlineExceeded)
      #expect(error.mayHaveTakenEffect)
      #expect(await sandbox.names("role").contains("r"))
    }
  }

  @Test func aWriteThatIsCancelledMayHaveTakenEffect() async throws {
    try await withAdmin(.init(major: 18)) { sandbox, calls in
      let gate = Gate()
      await sandbox.faults.inject(.pause(gate), at: .afterCommit) { $0.target == "r" }
      let schema = try TestResource.roleSchema
      let bytes = try schema.encode(TestResource.role("r"))
      let writing = Task { try await calls.upsert(bytes, of: schema) }
      try await gate.arrival()
      writing.cancel()
      let error = try await failure { try await writing.value }
      await gate.open()
      #expect(error.mayHaveTakenEffect, "\(error)")
      #expect(error.code == .cancelled)
    }
  }
}
