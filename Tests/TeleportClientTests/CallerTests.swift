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

  @Test func aLockedCallerIsDeniedUntilItIsUnlocked() async throws {
    try await withSandbox(.init(major: 18)) { sandbox in
      try await sandbox.addUser("bot-x", kinds: ["role"])
      let calls = ResourceCalls(
        try await sandbox.connect(as: try await sandbox.identity(ofUser: "bot-x")))
      await sandbox.lock(user: "bot-x")
      let schema = try TestResource.roleSchema
      #expect(try await failure { try await calls.get("r", of: schema) }.code == .permissionDenied)
      await sandbox.unlock(user: "bot-x")
      #expect(try await calls.get("r", of: schema) == nil)
    }
  }
}
