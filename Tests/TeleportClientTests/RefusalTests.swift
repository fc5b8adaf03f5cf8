import Testing

@testable import TeleportClient

/// What a refusal says of its reason and of what the server has done.
@Suite struct RefusalTests {
  /// Texts of Teleport 12, 14 and 18.
  @Test(arguments: [
    (#"lock targeting User:"bot-x" is in force"#, TeleportError.Code.locked),
    (
      #"access denied lock targeting Role:"r" is in force: The bot user "bot-x" has been locked due to a certificate generation mismatch, possibly indicating a stolen certificate."#,
      .locked
    ),
    ("renewable cert generation mismatch: stored=3, presented=2", .generationMismatch),
    (
      "renewable cert generation mismatch for bot x/3f2c9a52-6d1c-4bb0-9d39-1f0de1a4ce7b: stored=3, presented=2",
      .generationMismatch
    ),
    ("access denied", .permissionDenied),
    (#"access denied to perform action "read" on "lock""#, .permissionDenied),
    (#"role "lock targeting" is not found"#, .permissionDenied),
  ])
  func theReasonIsRead(message: String, code: TeleportError.Code) {
    #expect(TeleportError.Code(refusal: message) == code)
    let error = TeleportError(code, operation: "x", detail: message)
    #expect(error.detail == message)
    #expect(!error.isTransient)
  }

  @Test func aRefusalWithoutAReasonIsTold() {
    func saysNoReason(_ code: TeleportError.Code, _ detail: String) -> Bool {
      TeleportError(code, operation: "x", detail: detail).saysNoReason
    }
    #expect(saysNoReason(.permissionDenied, "access denied"))
    #expect(saysNoReason(.permissionDenied, "[10] access denied"))
    #expect(!saysNoReason(.permissionDenied, #"access denied user "x" not found"#))
    #expect(!saysNoReason(.permissionDenied, "pinned IP doesn't match observed client IP"))
    #expect(!saysNoReason(.refused, "access denied"))
  }

  @Test func theLockOfACallerThatIsRefusedEverythingIsNamed() {
    let refusal = TeleportError(.permissionDenied, operation: "x", detail: "access denied")
    let error = refusal.locked("bot-x")
    #expect(error.code == .locked)
    #expect(error.operation == "x")
    #expect(error.detail.contains(#"lock targeting User:"bot-x""#))
    #expect(error.detail.contains("tctl get locks"))
    #expect(!error.mayHaveTakenEffect)
  }

  /// The counter is moved first, so that later refusals say nothing of it.
  @Test func whatARefusedRenewalMayHaveDone() {
    let certain: [(TeleportError.Code, String)] = [
      (.generationMismatch, "renewable cert generation mismatch: stored=3, presented=2"),
      (.revisionConflict, "Database comparison failed, try the request again"),
      (.permissionDenied, #""" can not join the cluster with role "Bot", token expired"#),
      (.invalidArgument, #"user "bot-a" has already been issued a renewable certificate and"#),
      (.locked, TeleportError(.permissionDenied, operation: "x", detail: "").locked("u").detail),
      (.unimplemented, ""), (.limitExceeded, ""), (.untrustedServer, ""),
      (.certificateRejected, ""),
    ]
    let uncertain: [(TeleportError.Code, String)] = [
      (.permissionDenied, "private key policy not met"), (.invalidArgument, "bad key"),
      (.locked, #"lock targeting User:"bot-x" is in force"#), (.notFound, "role"),
      (.refused, "internal"), (.malformedReply, ""), (.unreachable, ""), (.deadlineExceeded, ""),
      (.cancelled, ""),
    ]
    for (code, detail) in certain {
      let error = TeleportError(code, operation: "x", detail: detail).ofIssuance
      #expect(!error.mayHaveTakenEffect, "\(error)")
    }
    for (code, detail) in uncertain {
      let error = TeleportError(code, operation: "x", detail: detail).ofIssuance
      #expect(error.mayHaveTakenEffect, "\(error)")
    }
    // A call that was never sent stays one.
    #expect(!TeleportError.nobodyListens("x").ofIssuance.mayHaveTakenEffect)
    #expect(!TeleportError(.unreachable, operation: "x", detail: "").ofRead.mayHaveTakenEffect)
  }

  @Test func aTokenIsHiddenWhateverItLooksLike() {
    let error = TeleportError(
      .permissionDenied, operation: "x", detail: "no token my-token-of-tuesday here")
    #expect(error.hiding(["", "my-token-of-tuesday"]).detail == "no token *** here")
    #expect(error.hiding(["o"]).detail == error.detail)
    #expect(error.hiding(["here"]).mayHaveTakenEffect == error.mayHaveTakenEffect)
  }
}
