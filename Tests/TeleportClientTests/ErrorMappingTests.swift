import SandboxFaults
import TeleportClient
import TeleportSandbox
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct ErrorMappingTests {
  private static let codes: [(grpc: Int, code: TeleportError.Code, transient: Bool)] = [
    (2, .refused, false), (3, .invalidArgument, false), (5, .notFound, false),
    (6, .alreadyExists, false), (7, .permissionDenied, false), (8, .limitExceeded, true),
    (9, .revisionConflict, true), (10, .revisionConflict, true), (11, .invalidArgument, false),
    (12, .unimplemented, false), (13, .refused, false), (14, .unreachable, true),
    (16, .permissionDenied, false),
  ]

  @Test func everyCodeOfTeleportHasItsMeaning() async throws {
    try await withSandbox(.init(major: 18)) { sandbox in
      let connection = try await sandbox.connect()
      for (index, row) in Self.codes.enumerated() {
        // Each time another method: an unimplemented one is not asked again.
        let method = ["GetRole", "UpsertRole", "DeleteRole", "ListRoles"][index % 4]
        let path = "proto.AuthService/\(method)"
        await sandbox.faults.inject(.fail(code: row.grpc, message: "told so")) {
          $0.operation == path
        }
        let error = try await failure { try await connection.call(path, []) }
        #expect(error.code == row.code, "gRPC code \(row.grpc)")
        #expect(error.isTransient == row.transient, "gRPC code \(row.grpc)")
        #expect(error.operation == path)
        #expect(error.detail == "told so")
        if row.code == .unimplemented { break }
      }
    }
  }

  /// A refusal is certain, a broken line is not.
  @Test func onlyAnAnswerIsProofThatNothingHappened() {
    // A reply that cannot be read is a reply all the same.
    let uncertain: Set<TeleportError.Code> = [
      .unreachable, .deadlineExceeded, .cancelled, .malformedReply,
    ]
    for code in TeleportError.Code.allCases {
      let error = TeleportError(code, operation: "x", detail: "")
      #expect(error.mayHaveTakenEffect == uncertain.contains(code), "\(code)")
    }
  }

  /// Code 5 with this text speaks of the caller, not of the resource.
  @Test(arguments: ["access denied\n\tuser \"x\" not found", "[10] access denied"])
  func aCallerThatIsGoneIsDenied(message: String) async throws {
    try await withAdmin(.init(major: 18)) { sandbox, calls in
      await sandbox.faults.inject(.fail(code: 5, message: message)) {
        $0.operation == "proto.AuthService/GetRole"
      }
      let error = try await failure { try await calls.get("x", of: TestResource.roleSchema) }
      #expect(error.code == .permissionDenied)
    }
  }
}
