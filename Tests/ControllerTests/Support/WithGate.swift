import SandboxFaults

/// Runs `body` with a gate that is open afterwards, whatever happened: a stand-in cannot stop while it holds requests.
func withGate(_ body: (Gate) async throws -> Void) async throws {
  let gate = Gate()
  do {
    try await body(gate)
  } catch {
    await gate.open()
    throw error
  }
  await gate.open()
}
