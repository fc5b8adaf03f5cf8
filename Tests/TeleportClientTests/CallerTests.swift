import Credentials
import TeleportClient
import TeleportSandbox
import Testing

/// Callers that may not: a missing right must never look like a missing resource.
@Suite(.serialized, .timeLimit(.minutes(1))) struct CallerTests {
  @Test(arguments: majors)
  func aCallerWithoutTheRightIsDenied(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      try await sandbox.addUser("bot-x", kinds: ["user"])
      let calls = ResourceCalls(
        try await sandbox.connect(as: try await sandbox.identity(ofUser: "bot-x")))
      let schema = try TestResource.roleSchema
      try await sandbox.put("role", TestResource.role("there"))
      for name in ["there", "missing"] {
        let error = try await failure { try await calls.get(name, of: schema) }
        #expect(error.code == .permissionDenied)
      }
      let bytes = try schema.encode(TestResource.role("new"))
      #expect(
        try await failure { try await calls.create(bytes, of: schema) }.code == .permissionDenied)
      #expect(try await failure { try await calls.list(schema) }.code == .permissionDenied)
      #expect(
        try await failure { try await calls.delete("there", of: schema) }.code == .permissionDenied)
      #expect(await sandbox.names("role").contains("new") == false)
    }
  }

  @Test(arguments: majors)
  func aCallerWhoseUserIsGoneIsDenied(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      try await sandbox.addUser("bot-x", kinds: ["user", "role"])
      let calls = ResourceCalls(
        try await sandbox.connect(as: try await sandbox.identity(ofUser: "bot-x")))
      try await sandbox.put("role", TestResource.role("there"))
      #expect(try await calls.get("there", of: TestResource.roleSchema) != nil)
      await sandbox.delete("user", "bot-x")
      for schema in [try TestResource.roleSchema, try TestResource.userSchema] {
        for name in ["there", "missing"] {
          let error = try await failure { try await calls.get(name, of: schema) }
          #expect(error.code == .permissionDenied)
        }
        #expect(
          try await failure { try await calls.delete("there", of: schema) }.code
            == .permissionDenied)
        #expect(try await failure { try await calls.list(schema) }.code == .permissionDenied)
      }
      #expect(await sandbox.names("role").contains("there"))
    }
  }

  /// Teleport does not say why; that it refuses even Ping does.
  @Test(arguments: majors)
  func aLockedCallerLearnsOfItsLock(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      try await sandbox.addUser("bot-x", kinds: ["role"])
      let identity = try await sandbox.identity(ofUser: "bot-x")
      let calls = ResourceCalls(try await sandbox.connect(as: identity))
      await sandbox.lock(user: "bot-x")
      let schema = try TestResource.roleSchema
      let bytes = try schema.encode(TestResource.role("new"))
      for body in [
        { _ = try await calls.get("r", of: schema) }, { _ = try await calls.list(schema) },
        { _ = try await calls.upsert(bytes, of: schema) },
        { try await calls.connection.watch(kinds: ["role"]) { _ in } },
        { _ = try await sandbox.connect(as: identity) },
      ] as [() async throws -> Void] {
        let error = try await failure { try await body() }
        #expect(error.code == .locked)
        #expect(error.detail.contains(#"lock targeting User:"bot-x""#))
        #expect(!error.isTransient && !error.mayHaveTakenEffect)
      }
      await sandbox.unlock(user: "bot-x")
      #expect(try await calls.get("r", of: schema) == nil)
    }
  }

  /// Nor does a refusal without a reason mean a lock where only this call is refused, or where nothing else is known.
  @Test func aRefusalOfOneCallIsNoLock() async throws {
    try await withAdmin(.init(major: 18)) { sandbox, calls in
      let schema = try TestResource.roleSchema
      for other in [nil, 2, 14] {
        await sandbox.faults.inject(.fail(code: 7, message: "access denied")) {
          $0.operation == "proto.AuthService/GetRole"
        }
        if let other {
          await sandbox.faults.inject(.fail(code: other, message: "told so")) {
            $0.operation == "proto.AuthService/Ping"
          }
        }
        let error = try await failure { try await calls.get("r", of: schema) }
        #expect(error.code == .permissionDenied)
        #expect(error.detail == "access denied")
        #expect(await sandbox.faults.requests.last?.operation == "proto.AuthService/Ping")
      }
    }
  }
}
