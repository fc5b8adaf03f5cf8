import Credentials
import FileFaults
import FoundationEssentials
import Glibc
import Testing

/// Stops and disturbs the keeping of small texts at every file system operation.
@Suite struct MarkCrashTests {
  struct Scenario: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let old: String?
    let new: String?

    static let all = [
      Scenario(testDescription: "a first text", old: nil, new: "one\n"),
      Scenario(testDescription: "another text", old: "one\n", new: "two, and longer\n"),
      Scenario(testDescription: "a text that is removed", old: "one\n", new: nil),
    ]

    func run(_ publisher: DirectoryPublisher) throws {
      guard let new else { return try publisher.removeMark("state") }
      try publisher.writeMark("state", new)
    }
  }

  @Test(arguments: Scenario.all)
  func aTextIsTheOldOneOrTheNewOne(scenario: Scenario) async throws {
    let operations = try run(nil, scenario)
    let faults = FileFault.all(over: operations)
    for fault in faults {
      try run(fault, scenario)
      // Whoever waits for a server in this process must not wait for all of them.
      await Task.yield()
    }
    print("crash points survived, \(scenario.testDescription): \(faults.count + 2)")
    #expect(faults.count >= 60)
  }

  /// - Returns: the operations.
  @discardableResult
  private func run(_ fault: FileFault?, _ scenario: Scenario) throws -> [String] {
    let directory = try TemporaryDirectory(inMemory: true)
    let (path, scratch) = (directory.path + "/storage", directory.path + "/scratch")
    try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: false)
    let real = DirectoryPublisher(path: path)
    try real.prepare()
    if let old = scenario.old { try real.writeMark("state", old) }
    let fileSystem = FaultyFileSystem(scratch: scratch, fault: fault)
    var failure: (any Error)?
    do {
      try scenario.run(DirectoryPublisher(path: path, fileSystem: fileSystem))
    } catch {
      failure = error
    }
    let operations = fileSystem.operations
    let comment: Comment = "\(fault.map { "\($0)" } ?? "no fault"), \(operations.last ?? "")"
    #expect(failure == nil || failure is CredentialsError, comment)
    if fault == nil { fileSystem.losePower(keepingNames: false) }
    if fault == nil || fault?.kind == .error(EINTR) || fault?.kind == .shortWrite {
      #expect(failure == nil, comment)
    }
    let text = try real.readMark("state")
    #expect(text == scenario.new || (failure != nil && text == scenario.old), comment)
    // The next one is kept as well, and nothing else is left.
    try real.prepare()
    try real.writeMark("state", "next")
    #expect(try real.readMark("state") == "next", comment)
    #expect(try names(path) == [".write-test", "state"], comment)
    #expect(mode(path + "/state") == 0o600, comment)
    return operations
  }
}
