import Documents
import GRPCCore
import SandboxFaults
import TeleportSandbox
import TeleportSchema
import Testing

/// The event stream.
@Suite struct TeleportAuthEventTests {
  private static let method = "proto.AuthService/WatchEvents"

  private func watch(_ kinds: [String], partial: Bool = false, name: String = "") -> [UInt8] {
    var writer = WireWriter()
    for kind in kinds {
      var watched = WireWriter()
      watched.string(1, kind)
      if !name.isEmpty { watched.string(3, name) }
      writer.bytes(1, watched.bytes)
    }
    if partial { writer.varint(2, 1) }
    return writer.bytes
  }

  /// Event type, field number of the resource, and its name.
  private static func summary(_ event: [UInt8]) throws -> String {
    let fields = try WireReader.fields(of: event)
    let type = fields.first { $0.number == 1 }?.varint ?? 0
    guard let resource = fields.first(where: { $0.number != 1 }) else { return "\(type)" }
    let name = try WireReader.bytes(at: [4, 1], in: resource.bytes ?? []) ?? []
    return "\(type) \(resource.number) \(String(decoding: name, as: UTF8.self))"
  }

  @Test(arguments: [11, 14, 18])
  func changesArriveInOrderAfterINIT(major: Int) async throws {
    try await withSandbox(.init(major: major)) { sandbox in
      let seen = try await sandbox.asAdmin { client in
        try await client.stream(Self.method, watch(["role", "user"])) { events in
          var seen: [String] = []
          for try await event in events {
            if seen.isEmpty {
              try await sandbox.put("role", Fixture.operatorRole)
              try await sandbox.put("user", Fixture.user("bot-x", role: "operator"))
              await sandbox.delete("user", "bot-x")
              await sandbox.delete("role", "operator")
            }
            seen.append(try Self.summary(event))
            if seen.count == 5 { break }
          }
          return seen
        }
      }
      let first = major >= 13 ? "0 43 watch_status" : "0"
      #expect(seen == [first, "1 9 operator", "1 8 bot-x", "2 2 bot-x", "2 2 operator"])
    }
  }

  @Test func streamThatTheClientLeavesIsForgotten() async throws {
    try await withSandbox { sandbox in
      try await sandbox.asAdmin { client in
        try await client.stream(Self.method, watch(["role"])) { events in
          for try await _ in events { break }
          #expect(await sandbox.eventStreamCount == 1)
        }
      }
      await sandbox.waitForEventStreams(count: 0)
    }
  }

  @Test func kindWithoutReadIsDeniedUnlessPartialSuccessWillDo() async throws {
    try await withSandbox { sandbox in
      try await sandbox.put("role", Fixture.operatorRole)
      try await sandbox.put("user", Fixture.user("bot-x", role: "operator"))
      let user = try await sandbox.credentials(forUser: "bot-x")
      try await sandbox.withClient(user) { client in
        let denied = await #expect(throws: RPCError.self) {
          try await client.stream(Self.method, watch(["role", "token"])) { events in
            for try await _ in events { return }
          }
        }
        #expect(denied?.code == .permissionDenied)
        let accepted = try await client.stream(
          Self.method, watch(["role", "token"], partial: true)
        ) { events -> [String] in
          for try await event in events {
            let kinds = try WireReader.bytes(at: [43, 5], in: event) ?? []
            return try WireReader.fields(of: kinds).compactMap {
              try WireReader.bytes(at: [1], in: $0.bytes ?? []).map {
                String(decoding: $0, as: UTF8.self)
              }
            }
          }
          return []
        }
        #expect(accepted == ["role"])
      }
    }
  }

  @Test func unknownKindFails() async throws {
    try await withSandbox { sandbox in
      try await sandbox.asAdmin { client in
        let error = await #expect(throws: RPCError.self) {
          try await client.stream(Self.method, watch(["role", "unicorn"])) { events in
            for try await _ in events { return }
          }
        }
        #expect(error?.code == .invalidArgument)
      }
    }
  }

  @Test func nameNarrowsTheStream() async throws {
    try await withSandbox { sandbox in
      let seen = try await sandbox.asAdmin { client in
        try await client.stream(Self.method, watch(["role"], name: "b")) { events in
          var seen: [String] = []
          for try await event in events {
            if seen.isEmpty {
              for name in ["a", "b"] {
                try await sandbox.put("role", message: try Sample.role(name))
              }
            }
            seen.append(try Self.summary(event))
            if seen.count == 2 { break }
          }
          return seen
        }
      }
      #expect(seen.last == "1 9 b")
    }
  }

  @Test func slowReaderLosesTheStream() async throws {
    var options = TeleportSandbox.Options(major: 18)
    options.eventQueueSize = 4
    try await withSandbox(options) { sandbox in
      try await sandbox.asAdmin { client in
        let error = await #expect(throws: RPCError.self) {
          try await client.stream(Self.method, watch(["role"])) { events in
            var isFirst = true
            for try await _ in events where isFirst {
              isFirst = false
              await sandbox.pause()
              for index in 0..<8 {
                try await sandbox.put("role", message: try Sample.role("r\(index)"))
              }
              await sandbox.resume()
            }
          }
        }
        #expect(error?.message == "buffer overflow")
      }
    }
  }

  @Test(arguments: [nil, 14])
  func streamsCanBeCut(code: Int?) async throws {
    try await withSandbox { sandbox in
      try await sandbox.asAdmin { client in
        let ended: RPCError.Code? = try await client.stream(Self.method, watch(["role"])) {
          events in
          do {
            for try await _ in events { await sandbox.cutEventStreams(code: code) }
            return nil
          } catch let error as RPCError {
            return error.code
          }
        }
        #expect(ended == (code == nil ? nil : .unavailable))
      }
    }
  }

  @Test func rolesAreLoweredForOldClients() async throws {
    try await withSandbox(.init(major: 14)) { sandbox in
      let admin = try await sandbox.adminCredentials
      let version = try await sandbox.withClient(admin, version: "13.4.0") { client in
        try await client.stream(Self.method, watch(["role"])) { events -> String? in
          for try await event in events {
            if let role = try WireReader.bytes(at: [9], in: event) {
              return try Sample.decode("role", Array(role))["version"]?.string
            }
            try await sandbox.put("role", message: try Sample.role("new", version: "v7"))
          }
          return nil
        }
      }
      #expect(version == "v6")
    }
  }
}
