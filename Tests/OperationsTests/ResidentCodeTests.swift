import Testing

@testable import Operations

@Suite struct ResidentCodeTests {
  @Test func onlyAFilesCodeIsLetGo() {
    #expect(
      ResidentCode.codeRange("55d0c000-55d0d000 r-xp 00001000 08:01 42   /usr/bin/tbot-lite")
        == 0x55d0_c000..<0x55d0_d000)
    for line in [
      "55d0c000-55d0d000 r--p 00001000 08:01 42 /usr/bin/tbot-lite",
      "55d0c000-55d0d000 rwxp 00001000 08:01 42 /usr/bin/tbot-lite",
      "55d0c000-55d0d000 r-xp 00000000 00:00 0 [vdso]", "55d0c000-55d0d000 r-xp 00000000 00:00 0",
      "zz-55d0d000 r-xp 00001000 08:01 42 /x", "55d0d000-55d0c000 r-xp 00001000 08:01 42 /x", "",
    ] { #expect(ResidentCode.codeRange(Substring(line)) == nil, "\(line)") }
  }

  @Test func codeThatWasLetGoStillRuns() {
    for round in 0..<3 {
      ResidentCode.release()
      #expect((0..<100).map { "\($0)" }.joined(separator: ",").utf8.count == 289, "\(round)")
    }
  }
}
