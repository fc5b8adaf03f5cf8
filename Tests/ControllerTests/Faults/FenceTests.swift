import Documents
import FoundationEssentials
import Glibc
import Kubernetes
import KubernetesSandbox
import Processes
import SandboxFaults
import TeleportSandbox
import Testing

@testable import controller

/// A leader that was away for longer than its lease writes nothing when it is back. Two controllers, told apart on
/// both sides: each has a Kubernetes user and a bot of its own.
@Suite(.timeLimit(.minutes(3))) struct FenceTests {
  private static let role: JSONValue = ["allow": ["logins": ["root"]]]

  /// Who a controller is to both servers.
  private struct Persona {
    let name: String
    let token: String
    let identity: ScratchDirectory

    init(_ name: String, on stage: Stage) async throws {
      self.name = name
      token = "token-of-\(name)"
      stage.kubernetes.setUser(SandboxUser(name: name, token: token, rules: [.all]))
      identity = try ScratchDirectory()
      try await TeleportIdentity.publish(from: stage.teleport, to: identity.path, bot: name)
    }

    /// What it has asked for on both sides.
    func requests(_ stage: Stage) async -> [String] {
      let calls = await stage.kubernetes.faults.calls + stage.teleport.faults.calls
      return calls.filter { $0.caller == name }.map(\.request.description)
    }

    /// What it has written or tried to write, the lease aside.
    func writes(_ stage: Stage) async -> [String] {
      let verbs = ["POST ", "PUT ", "PATCH ", "/Create", "/Update", "/Upsert", "/Delete"]
      return await requests(stage).filter { request in
        verbs.contains { request.contains($0) } && !request.contains("leases")
          && !request.contains("selfsubject")
      }
    }
  }

  private func forget(_ stage: Stage) async {
    await stage.kubernetes.faults.forgetRequests()
    await stage.teleport.faults.forgetRequests()
    await stage.teleport.resetWriteCounts()
  }

  /// Runs a controller on a clock of its own for as long as `body` takes.
  private func running(
    _ persona: Persona, on stage: Stage, clock: MonotonicClock = .continuous,
    _ body: (RunningController) async throws -> Void
  ) async throws {
    let controller = try RunningController(
      stage: stage, clock: clock, identity: persona.identity.path,
      kubernetes: Stage.configuration(stage.kubernetes, token: persona.token))
    let result: Result<Void, any Error>
    do {
      result = .success(try await body(controller))
    } catch { result = .failure(error) }
    await controller.stop()
    try result.get()
  }

  /// Returns once it knows the lease as it is now: from then on it counts the time. The second look begins after the
  /// first one's answer.
  private func seesTheLease(
    _ persona: Persona, _ stage: Stage, _ clock: JumpingClock
  ) async throws {
    for _ in 0..<2 {
      let looks = await persona.requests(stage).count { $0.hasPrefix("GET leases") }
      clock.jump(by: .seconds(3))
      try await eventually("\(persona.name) looks at the lease") {
        await persona.requests(stage).count { $0.hasPrefix("GET leases") } > looks
      }
    }
  }

  /// The leader is between two writes when its machine stands still: the first is answered after the other's lease.
  @Test(arguments: ["PATCH teleportroles", "proto.AuthService/CreateRole"])
  func aLeaderThatStoodStill(call: String) async throws {
    try await Stage.with { stage in
      let old = try await Persona("old", on: stage)
      let new = try await Persona("new", on: stage)
      let oldClock = JumpingClock()
      let newClock = JumpingClock()
      try await running(old, on: stage, clock: MonotonicClock(oldClock)) { first in
        try await first.isReady()
        try await running(new, on: stage, clock: MonotonicClock(newClock)) { second in
          try await second.says("lease: standing by")
          try await withGate { gate in
            let isTeleport = call.hasPrefix("proto")
            let faults = isTeleport ? stage.teleport.faults : stage.kubernetes.faults
            await faults.inject(.pause(gate), at: .afterCommit) { $0.operation == call }
            // It cannot renew either.
            await stage.kubernetes.faults.inject(.pause(gate)) { $0.operation == "PUT leases" }
            try await stage.apply("TeleportRole", "r", spec: Self.role)
            try await gate.arrival()
            try await oldClock.whileStopped {
              // Its next renewal is under way at once: the call's own time limit is by the real clock.
              oldClock.jump(by: .seconds(3))
              try await gate.arrival(2)
              try await seesTheLease(new, stage, newClock)
              newClock.jump(by: .seconds(16))
              try await second.says("lease: held")
              try await stage.awaitReason(.inSync, "TeleportRole", "r")
              await forget(stage)
              // The machine goes on: the time that has passed and the answer come at once.
              oldClock.jump(by: .seconds(16))
            }
            await gate.open()
            try await first.says("lease: lost")
            try await first.says("standing by, held by")
            try await stage.change("TeleportRole", "r", ["spec": ["allow": ["logins": ["b"]]]])
            try await stage.awaitReason(.inSync, "TeleportRole", "r")
            let writes = await old.writes(stage)
            #expect(writes == [])
            #expect(await stage.teleport.writes("role") == .init(updated: 1))
          }
        }
      }
    }
  }

  /// The same with processes and the machine's own clock.
  @Test func aStoppedProcess() async throws {
    try await Stage.with { stage in
      let old = try await Persona("old", on: stage)
      let new = try await Persona("new", on: stage)
      let folder = try ScratchDirectory()
      func start(_ persona: Persona) throws -> ChildProcess {
        let kubeconfig = "\(folder.path)/\(persona.name).yaml"
        try stage.kubernetes.writeKubeconfig(to: kubeconfig, user: persona.name)
        return try ChildProcess(
          ControllerExecutable().path,
          [
            "run", "--kubeconfig", kubeconfig, "--identity-dir", persona.identity.path,
            "--auth-server", stage.teleport.address, "--metrics-bind-address", "0",
            "--health-probe-bind-address", "0",
          ], name: persona.name, logFile: "\(folder.path)/\(persona.name).log")
      }
      func says(_ text: String, _ process: ChildProcess) async throws {
        try await eventually("\(process.name) says \"\(text)\"", within: .seconds(40)) {
          !process.logLines(containing: text).isEmpty
        }
      }
      let first = try start(old)
      try await says("lease: held", first)
      try await says("following Teleport's events", first)
      let second = try start(new)
      try await says("standing by", second)
      try await says("following Teleport's events", second)
      try await withGate { gate in
        await stage.kubernetes.faults.inject(.pause(gate), at: .afterCommit) {
          $0.operation == "PATCH teleportroles"
        }
        try await stage.apply("TeleportRole", "r", spec: Self.role)
        try await gate.arrival()
        kill(first.pid, SIGSTOP)
        try await says("lease: held", second)
        try await stage.awaitReason(.inSync, "TeleportRole", "r")
        await forget(stage)
        await gate.open()
        kill(first.pid, SIGCONT)
        try await says("held by", first)
        try await stage.change("TeleportRole", "r", ["spec": ["allow": ["logins": ["b"]]]])
        try await stage.awaitReason(.inSync, "TeleportRole", "r")
        #expect(await old.writes(stage).isEmpty)
        #expect(await stage.teleport.writes("role") == .init(updated: 1))
      }
      // Released on SIGTERM, and taken over at the next look.
      let began = ContinuousClock.now
      #expect(await second.terminate() == 0)
      try await eventually("the first leads again") {
        first.logLines(containing: "lease: held").count > 1
      }
      #expect(began.duration(to: .now) < .seconds(10), "not only when the lease has run out")
      #expect(await first.terminate() == 0)
    }
  }

  /// Who stands by knows both sides already: nothing is listed at the takeover, and little time is lost.
  @Test func aFollowerIsWarm() async throws {
    try await Stage.with { stage in
      let old = try await Persona("old", on: stage)
      let new = try await Persona("new", on: stage)
      try await running(old, on: stage) { first in
        try await first.isReady()
        for name in ["a", "b"] {
          try await stage.apply("TeleportRole", name, spec: Self.role)
          try await stage.awaitReason(.inSync, "TeleportRole", name)
        }
        try await running(new, on: stage) { second in
          try await second.says("lease: standing by")
          try await eventually("the follower knows both sides") { await second.problems().isEmpty }
          try await second.says("following Teleport's events")
          await forget(stage)
          // What changes while nobody leads is done by whoever leads next.
          await first.stop()
          let released = ContinuousClock.now
          try await stage.change("TeleportRole", "a", ["spec": ["allow": ["logins": ["b"]]]])
          try await second.says("lease: held")
          #expect(released.duration(to: .now) < .seconds(10), "not only when the lease has run out")
          try await stage.awaitReason(.inSync, "TeleportRole", "a")
          let requests = await new.requests(stage)
          #expect(!requests.contains { $0.hasPrefix("LIST ") || $0.contains("/List") })
          // What is to be changed is read first, and nothing else.
          #expect(requests.filter { $0.contains("/Get") }.count <= 1)
          #expect(await new.writes(stage).filter { $0.contains("AuthService") }.count == 1)
        }
      }
    }
  }
}
