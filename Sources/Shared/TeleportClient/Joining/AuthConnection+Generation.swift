import SwiftProtobuf
import TeleportSchema

extension AuthConnection {
  /// The first major version that counts for each bot instance, where nobody but the server sees it.
  private static let firstWithInstances = 16
  private static let generationLabel = "teleport.internal/bot-generation"

  /// How often the server has issued a renewable certificate to the user of this connection.
  ///
  /// Ahead of the certificate's own number: a renewal's reply was lost, and another renewal would lock the bot.
  ///
  /// - Returns: nil where the server does not keep it with the user.
  /// - Assumptions: may be stale for a second, as the server reads its cache.
  /// - Source: teleport-wire.md D.4.
  public func ownGeneration(
    timeout: Duration = defaultTimeout
  ) async throws(TeleportError) -> Int? {
    guard server.major < Self.firstWithInstances else { return nil }
    do throws(TeleportError) {
      let user = try await ownUser(timeout)
      return try Self.readable { () throws(WireError) in
        try Self.label(Self.generationLabel, of: user)
      }.flatMap { Int($0) }
    } catch {
      throw error.ofRead
    }
  }

  private func ownUser(_ timeout: Duration) async throws(TeleportError) -> [UInt8] {
    let legacy = "proto.AuthService/GetCurrentUser"
    if supports(legacy) {
      do throws(TeleportError) {
        return try await call(legacy, [], timeout: timeout)
      } catch {
        guard error.code == .unimplemented else { throw error }
      }
    }
    var request = WireWriter()
    request.varint(2, 1)
    let reply = try await call(
      "teleport.users.v1.UsersService/GetUser", request.bytes, timeout: timeout)
    return try Self.readable { () throws(WireError) in
      Array(try WireReader.bytes(at: [1], in: reply) ?? [])
    }
  }

  private static func readable<Value>(
    _ body: () throws(WireError) -> Value
  ) throws(TeleportError) -> Value {
    do { return try body() } catch {
      throw TeleportError(.malformedReply, operation: "reading the own user", detail: "\(error)")
    }
  }

  /// Source: types.UserV2: metadata 4, labels 5.
  private static func label(_ name: String, of user: [UInt8]) throws(WireError) -> String? {
    let metadata = try WireReader.bytes(at: [4], in: user) ?? []
    var value: String?
    for field in try WireReader.fields(of: metadata) where field.number == 5 {
      let entry = try WireReader.fields(of: field.bytes ?? [])
      if entry.last(where: { $0.number == 1 })?.string == name {
        value = entry.last { $0.number == 2 }?.string ?? ""
      }
    }
    return value
  }
}
