import NIOCore
import Testing

@testable import TeleportSandbox

/// The PINGs with which the server measures a connection.
@Suite struct TeleportAuthProbeTests {
  private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
  private static let answer: [UInt8] = [0, 0, 8, 6, 1, 0, 0, 0, 0] + ProbedFrames.opaque

  private func frame(type: UInt8, _ payload: [UInt8]) -> [UInt8] {
    [0, 0, UInt8(payload.count), type, 0, 0, 0, 0, 1] + payload
  }

  private func receive(_ frames: inout ProbedFrames, _ bytes: [UInt8]) -> [UInt8] {
    Array(frames.receive(ByteBuffer(bytes: bytes)).readableBytesView)
  }

  @Test func dataIsAnsweredWithOnePingAtATime() {
    var frames = ProbedFrames()
    let data = frame(type: 0, [1, 2, 3])
    #expect(receive(&frames, Self.preface + data) == Self.preface + data)
    #expect(frames.takePings() == 1)
    #expect(receive(&frames, data) == data)
    #expect(frames.takePings() == 0)
    // The answer stays here, and the next data is measured again.
    #expect(receive(&frames, Self.answer).isEmpty)
    #expect(receive(&frames, data) == data)
    #expect(frames.takePings() == 1)
  }

  @Test func othersPingsAndFramesWithoutDataPass() {
    var frames = ProbedFrames()
    _ = receive(&frames, Self.preface)
    let passing =
      frame(type: 1, [1]) + frame(type: 0, []) + frame(type: 6, [1, 2, 3, 4, 5, 6, 7, 8])
    #expect(receive(&frames, passing) == passing)
    #expect(frames.takePings() == 0)
  }

  @Test func framesMayArriveByteByByte() {
    var frames = ProbedFrames()
    let data = frame(type: 0, [9])
    var passed: [UInt8] = []
    for byte in Self.preface + data + Self.answer + data { passed += receive(&frames, [byte]) }
    #expect(passed == Self.preface + data + data)
    #expect(frames.takePings() == 2)
  }
}
