import TeleportClient
import Testing

@Suite("Teleport auth contract: the connection")
struct TeleportConnectionContract {
  /// grpc-go sends a PING with nearly every call, and an HTTP/2 library may take so many for an attack.
  @Test("a connection bears many calls in a short time", arguments: TeleportTarget.all)
  func manyCalls(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      for _ in 0..<600 {
        _ = try await session.connection.call("proto.AuthService/GetDomainName", [])
      }
    }
  }

  @Test("calls share a connection", arguments: TeleportTarget.all)
  func concurrentCalls(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let connection = session.connection
      let replies = try await withThrowingTaskGroup(of: [UInt8].self) { group in
        for _ in 0..<150 {
          group.addTask { try await connection.call("proto.AuthService/GetDomainName", []) }
        }
        return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
      }
      #expect(replies.count == 1)
    }
  }

  @Test("a request of more than four mebibytes is refused", arguments: TeleportTarget.all)
  func largeRequest(target: TeleportTarget) async throws {
    try await withTeleport(target) { session in
      let login = String(repeating: "a", count: 5 * 1024 * 1024)
      let role = try session.role(session.name(session.roles), allow: ["logins": [.string(login)]])
      let error = await session.failure {
        try await session.calls.upsert(role, of: session.roles)
      }
      #expect(error?.code == .limitExceeded)
    }
  }
}
