import Documents
import Synchronization
import TeleportClient
import TeleportSandbox
import TeleportSchema
import Testing

/// Reading and writing on servers of several ages.
@Suite(.serialized, .timeLimit(.minutes(1))) struct ResourceCallsTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let major: Int
    let kind: String
    var testDescription: String { "\(kind) on \(major)" }

    func resource(_ name: String, _ word: String) -> JSONValue {
      kind == "role"
        ? TestResource.role(name, logins: [word])
        : TestResource.user(name, roles: ["access"], traits: [word])
    }

    func word(in bytes: [UInt8]?, _ schema: ResourceSchema) throws -> String? {
      guard let bytes else { return nil }
      let path =
        kind == "role" ? ["spec", "allow", "logins"] : ["spec", "traits", "logins"]
      return try schema.decode(bytes)[path]?.array?.first?.string
    }

    /// Roles before 15 can only be upserted.
    var knowsCreate: Bool { kind == "user" || major >= 15 }
  }

  static let cases = majors.flatMap { major in
    ["role", "user"].map { Case(major: major, kind: $0) }
  }

  @Test(arguments: cases)
  func aResourceLivesAndDies(_ test: Case) async throws {
    try await withAdmin(.init(major: test.major)) { sandbox, calls in
      let schema = try #require(ResourceSchema.named(test.kind))
      func live() async throws -> String? {
        try test.word(in: try await calls.get("x", of: schema), schema)
      }
      #expect(try await calls.get("x", of: schema) == nil)

      _ = try await calls.create(schema.encode(test.resource("x", "one")), of: schema)
      #expect(try await live() == "one")
      #expect(await sandbox.writes(test.kind) == .init(created: 1))

      let again = try schema.encode(test.resource("x", "two"))
      if test.knowsCreate {
        let error = try await failure { try await calls.create(again, of: schema) }
        #expect(error.code == .alreadyExists)
        #expect(try await live() == "one")
      }

      let read = try #require(try await calls.get("x", of: schema))
      let changed = try schema.merge(declared: again, over: read)
      _ = try await calls.update(changed, of: schema)
      #expect(try await live() == "two")

      _ = try await calls.upsert(schema.encode(test.resource("x", "three")), of: schema)
      #expect(try await live() == "three")
      _ = try await calls.upsert(schema.encode(test.resource("y", "new")), of: schema)
      let names = try await calls.list(schema).map { try ResourceFacts($0).name }
      #expect(names.contains("x") && names.contains("y"))
      #expect(names.sorted() == (await sandbox.names(test.kind)))

      try await calls.delete("x", of: schema)
      #expect(try await calls.get("x", of: schema) == nil)
      let error = try await failure { try await calls.delete("x", of: schema) }
      #expect(error.code == .notFound)
    }
  }

  /// What a write returns is what the server holds, where the server says it.
  @Test(arguments: cases)
  func aWriteTellsWhatTheServerHolds(_ test: Case) async throws {
    try await withAdmin(.init(major: test.major)) { sandbox, calls in
      let schema = try #require(ResourceSchema.named(test.kind))
      let written = try await calls.upsert(schema.encode(test.resource("x", "one")), of: schema)
      switch written {
      case .resource(let bytes):
        #expect(test.major >= 15)
        #expect(try await calls.get("x", of: schema) == bytes)
        #expect(try ResourceFacts(bytes).revision != "")
      case .acknowledged:
        #expect(test.major < 15)
      }
    }
  }

  @Test(arguments: cases.filter { $0.major >= 15 })
  func anUpdateOfWhatHasChangedSinceIsAConflict(_ test: Case) async throws {
    try await withAdmin(.init(major: test.major)) { sandbox, calls in
      let schema = try #require(ResourceSchema.named(test.kind))
      try await sandbox.put(test.kind, test.resource("x", "one"))
      let read = try #require(try await calls.get("x", of: schema))
      try await sandbox.put(test.kind, test.resource("x", "by hand"))
      let mine = try schema.merge(
        declared: try schema.encode(test.resource("x", "mine")), over: read)
      let error = try await failure { try await calls.update(mine, of: schema) }
      #expect(error.code == .revisionConflict)
      #expect(error.isTransient && !error.mayHaveTakenEffect)
      #expect(try test.word(in: try await calls.get("x", of: schema), schema) == "by hand")
    }
  }

  @Test(arguments: [11, 14])
  func aCallThatTheServerDoesNotKnowIsTriedOnlyOnce(major: Int) async throws {
    try await withAdmin(.init(major: major)) { sandbox, calls in
      let schema = try TestResource.userSchema
      for _ in 0..<3 { _ = try await calls.get("x", of: schema) }
      #expect(await sandbox.calls("teleport.users.v1.UsersService/GetUser") == 1)
      #expect(await sandbox.calls("proto.AuthService/GetUser") == 3)
      #expect(!calls.connection.supports("teleport.users.v1.UsersService/GetUser"))
    }
  }

  @Test func aNewServerIsNeverAskedInTheOldWay() async throws {
    try await withAdmin(.init(major: 18)) { sandbox, calls in
      for schema in [try TestResource.roleSchema, try TestResource.userSchema] {
        _ = try await calls.list(schema)
        _ = try await calls.get("access", of: schema)
      }
      let operations = Set(await sandbox.faults.requests.map(\.operation))
      #expect(
        operations == [
          "proto.AuthService/Ping", "proto.AuthService/ListRoles", "proto.AuthService/GetRole",
          "teleport.users.v1.UsersService/ListUsers", "teleport.users.v1.UsersService/GetUser",
        ])
    }
  }

  /// Where there is neither a modern nor a legacy call, the message says which server that was.
  @Test func aCallThatNoServerKnowsSaysSo() async throws {
    try await withAdmin(.init(major: 18)) { sandbox, calls in
      await sandbox.faults.inject(.fail(code: 12, message: "unknown"), times: 9) {
        $0.operation.hasSuffix("DeleteRole")
      }
      let error = try await failure { try await calls.delete("x", of: TestResource.roleSchema) }
      #expect(error.code == .unimplemented)
      #expect(error.detail.contains("18.0.0"))
    }
  }

  @Test(arguments: majors)
  func rolesAreReadAsTheyAre(major: Int) async throws {
    let version = [11: "v5", 14: "v7", 18: "v8"][major] ?? ""
    try await withAdmin(.init(major: major)) { sandbox, calls in
      try await sandbox.put("role", TestResource.role("r", version: version))
      let schema = try TestResource.roleSchema
      let read = try #require(try await calls.get("r", of: schema))
      #expect(read == (await sandbox.message("role", "r")))
      let listed = try await calls.list(schema).first { try ResourceFacts($0).name == "r" }
      #expect(try ResourceFacts(try #require(listed)).version == version)
    }
  }

  @Test(arguments: [14, 18])
  func listsOfMoreThanOnePageAreWhole(major: Int) async throws {
    try await withAdmin(.init(major: major)) { sandbox, calls in
      let schema = try TestResource.roleSchema
      for number in 0..<1001 { try await sandbox.put("role", TestResource.role("role-\(number)")) }
      let names = try await calls.list(schema).map { try ResourceFacts($0).name }
      #expect(names.count == Set(names).count)
      #expect(names.sorted() == (await sandbox.names("role")))
      if major >= 15 { #expect(await sandbox.calls("proto.AuthService/ListRoles") >= 3) }
    }
  }

  @Test(arguments: cases)
  func listsComePageByPage(_ test: Case) async throws {
    try await withAdmin(.init(major: test.major)) { sandbox, calls in
      let schema = try #require(ResourceSchema.named(test.kind))
      for number in 0..<600 { try await sandbox.put(test.kind, test.resource("x-\(number)", "w")) }
      let pages = Mutex<[[String]]>([])
      try await calls.list(schema) { page throws(WireError) in
        var names: [String] = []
        for resource in page { names.append(try ResourceFacts(resource).name) }
        pages.withLock { [names] in $0.append(names) }
      }
      let names = pages.withLock { $0 }
      #expect(names.flatMap { $0 }.sorted() == (await sandbox.names(test.kind)))
      // Old servers send roles in one piece and users one by one.
      switch (test.major < 15, test.kind) {
      case (true, "role"): #expect(names.count == 1)
      case (true, _): #expect(names.allSatisfy { $0.count == 1 })
      default: #expect(names.count == 2 && names.allSatisfy { $0.count <= 500 })
      }
    }
  }

  @Test func whatThePageIsUsedForMayFail() async throws {
    try await withAdmin(.init(major: 18)) { _, calls in
      let error = try await failure {
        try await calls.list(TestResource.roleSchema) { _ throws(WireError) in
          _ = try ResourceFacts([0xff])
        }
      }
      #expect(error.code == .malformedReply)
    }
  }

  /// A stale read is told by its revision when it is written back.
  @Test(arguments: cases.filter { $0.major >= 15 })
  func anUpdateOfAStaleReadIsAConflict(_ test: Case) async throws {
    var options = TeleportSandbox.Options(major: test.major)
    options.cacheLag = .manual
    try await withAdmin(options) { sandbox, calls in
      let schema = try #require(ResourceSchema.named(test.kind))
      try await sandbox.put(test.kind, test.resource("x", "one"))
      await sandbox.refreshCache()
      let two = try schema.encode(test.resource("x", "two"))
      _ = try await calls.upsert(two, of: schema)
      let stale = try #require(try await calls.get("x", of: schema))
      #expect(try test.word(in: stale, schema) == "one")
      let mine = try schema.merge(declared: two, over: stale)
      let error = try await failure { try await calls.update(mine, of: schema) }
      #expect(error.code == .revisionConflict)
      await sandbox.refreshCache()
      #expect(try test.word(in: try await calls.get("x", of: schema), schema) == "two")
    }
  }
}
