import Credentials
import FileFaults
import FoundationEssentials
import Glibc
import Operations
import Testing

/// Stops and disturbs the publisher at every one of its file system operations.
@Suite struct PublicationCrashTests {
  private typealias Files = CrashScenario.Files

  /// Every scenario has this many faults at the very least; the real numbers are printed.
  @Test(arguments: CrashScenario.all)
  func aReaderSeesOneGenerationAndTheNextProcessGoesOn(scenario: CrashScenario) async throws {
    let faults = try FileFault.all(over: operations(of: scenario))
    for fault in faults {
      try survive(fault, scenario)
      // Whoever waits for a server in this process must not wait for all of them.
      await Task.yield()
    }
    for keepingNames in [true, false] {
      try survivePowerLossAtTheEnd(scenario, keepingNames: keepingNames)
    }
    print("crash points survived, \(scenario.name): \(faults.count + 2)")
    #expect(faults.count > (scenario.new == scenario.old || scenario.new == nil ? 190 : 400))
  }

  private func operations(of scenario: CrashScenario) throws -> [String] {
    let directory = try TemporaryDirectory(inMemory: true)
    let (path, scratch) = try prepare(scenario, in: directory.path)
    let fileSystem = FaultyFileSystem(scratch: scratch)
    try scenario.run(
      DirectoryPublisher(path: path, access: scenario.access, fileSystem: fileSystem))
    return fileSystem.operations
  }

  private func prepare(
    _ scenario: CrashScenario, in parent: String
  ) throws -> (path: String, scratch: String) {
    let scratch = parent + "/scratch"
    try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: false)
    try scenario.setUp(parent + "/identity")
    return (parent + "/identity", scratch)
  }

  private func survive(_ fault: FileFault, _ scenario: CrashScenario) throws {
    let directory = try TemporaryDirectory(inMemory: true)
    let (path, scratch) = try prepare(scenario, in: directory.path)
    let before = try? Snapshot(path)
    let fileSystem = FaultyFileSystem(scratch: scratch, fault: fault)
    let failure = result {
      try scenario.run(
        DirectoryPublisher(path: path, access: scenario.access, fileSystem: fileSystem))
    }
    let comment: Comment = "\(fault), \(fileSystem.operations.last ?? "")"
    #expect(fileSystem.hasStopped == fault.isStop, comment)
    if let failure {
      #expect(failure is CredentialsError, comment)
      #expect("\(failure)".contains(directory.path), comment)
    }
    // What has to be tried again is tried again.
    if fault.kind == .error(EINTR) || fault.kind == .shortWrite {
      #expect(failure == nil, "\(comment): \(failure.map { "\($0)" } ?? "")")
    }
    let after = try? Snapshot(path)
    scenario.expectOneGeneration(after, hasReturned: failure == nil, comment)
    if let after { try scenario.expectReader(path, sees: after, comment) }
    if failure != nil, !fault.isStop, let after, let before, after.target == before.target {
      // Nothing of the new generation is left by a process that lives on.
      #expect(after.generations.filter { !before.generations.contains($0) } == [], comment)
    }
    try scenario.expectRecovery(path, comment)
  }

  private func survivePowerLossAtTheEnd(
    _ scenario: CrashScenario, keepingNames: Bool
  ) throws {
    let directory = try TemporaryDirectory(inMemory: true)
    let (path, scratch) = try prepare(scenario, in: directory.path)
    let fileSystem = FaultyFileSystem(scratch: scratch)
    try scenario.run(
      DirectoryPublisher(path: path, access: scenario.access, fileSystem: fileSystem))
    fileSystem.losePower(keepingNames: keepingNames)
    let comment: Comment = "power lost at the end, names kept: \(keepingNames)"
    let after = try Snapshot(path)
    scenario.expectOneGeneration(after, hasReturned: true, comment)
    for (name, content) in scenario.new?.named ?? [:] {
      #expect(after.top[name] == content, "\(comment): \(name)")
    }
    try scenario.expectReader(path, sees: after, comment)
    try scenario.expectRecovery(path, comment)
  }

  private func result(_ body: () throws -> Void) -> (any Error)? {
    do {
      try body()
      return nil
    } catch {
      return error
    }
  }
}

extension CrashScenario.Files {
  var named: [String: String] {
    var named: [String: String] = [:]
    for (file, content) in self { named[file.rawValue] = content.reveal() }
    return named
  }
}
