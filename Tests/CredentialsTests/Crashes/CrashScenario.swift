import Credentials
import FileFaults
import FoundationEssentials
import Glibc
import Operations
import Testing

/// A publisher at work, to be stopped or disturbed at each of its operations.
struct CrashScenario: Sendable, CustomTestStringConvertible {
  let name: String
  let access: FileAccess
  /// What readers see before and after; nil for nothing.
  let old: Files?
  let new: Files?
  /// Whether the old files are plain ones, that tbot wrote.
  let isPlain: Bool
  let setUp: @Sendable (String) throws -> Void
  let run: @Sendable (DirectoryPublisher) throws -> Void

  typealias Files = [PublishedFile: Secret<String>]
  var testDescription: String { name }

  init(
    _ name: String, access: FileAccess = .owner, old: Files? = nil, new: Files?,
    isPlain: Bool = false, setUp: @escaping @Sendable (String) throws -> Void = { _ in },
    run: @escaping @Sendable (DirectoryPublisher) throws -> Void
  ) {
    self.name = name
    self.access = access
    self.old = old
    self.new = new
    self.isPlain = isPlain
    self.setUp = setUp
    self.run = run
  }

  /// Five generations with real keys and certificates; the third has other files than those before it. Files that are
  /// only more of the same are left out: each costs a hundred faults.
  static let generations: [Files] = {
    // A static value cannot throw, and without credentials there is nothing to test.
    try! (0..<5).map { number in
      var files = try TestAuthority().credentials().files.filter {
        [.key, .certificate, .hostCA, .knownHosts].contains($0.key)
      }
      if number == 2 {
        files[.knownHosts] = nil
        files[.tokenHash] = Secret("0123456789abcdef")
      }
      return files
    }
  }()

  private static func publish(_ path: String, _ numbers: Int...) throws {
    let publisher = DirectoryPublisher(path: path)
    try publisher.prepare()
    for number in numbers {
      try publisher.publish(generations[number], generation: "\(number)")
    }
  }

  private static func renew(_ publisher: DirectoryPublisher, _ number: Int) throws {
    try publisher.prepare()
    try publisher.publish(generations[number], generation: "\(number)")
  }

  static let all: [CrashScenario] = [
    CrashScenario("the first generation, into nothing", new: generations[0]) { try renew($0, 0) },
    CrashScenario(
      "the second generation", old: generations[0], new: generations[1],
      setUp: { try publish($0, 0) },
      run: { try $0.publish(generations[1], generation: "1") }),
    CrashScenario(
      "the third generation, with other files", old: generations[1], new: generations[2],
      setUp: { try publish($0, 0, 1) },
      run: { try $0.publish(generations[2], generation: "2") }),
    CrashScenario(
      "a whole renewal after a crash", old: generations[0], new: generations[2],
      setUp: { path in
        try publish(path, 0)
        let scratch = path + ".scratch-before"
        try FileManager.default.createDirectory(
          atPath: scratch, withIntermediateDirectories: false)
        // In the middle of its files.
        let dying = FaultyFileSystem(scratch: scratch, fault: FileFault(at: 21, .tear))
        try? DirectoryPublisher(path: path, fileSystem: dying)
          .publish(generations[1], generation: "1")
      }, run: { try renew($0, 2) }),
    CrashScenario(
      "over the files of tbot", old: generations[0], new: generations[1], isPlain: true,
      setUp: { path in
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        chmod(path, 0o700)
        for (file, content) in generations[0] {
          try write(content.reveal(), to: "\(path)/\(file.rawValue)")
          chmod("\(path)/\(file.rawValue)", 0o600)
        }
      }, run: { try renew($0, 1) }),
    CrashScenario(
      "for a group", access: .group(getegid()), old: generations[0], new: generations[1],
      setUp: { path in
        let publisher = DirectoryPublisher(path: path, access: .group(getegid()))
        try publisher.prepare()
        try publisher.publish(generations[0], generation: "0")
      }, run: { try renew($0, 1) }),
    CrashScenario("preparing alone", new: nil) { try $0.prepare() },
    CrashScenario(
      "preparing what is there", old: generations[1], new: generations[1],
      setUp: { try publish($0, 0, 1) }, run: { try $0.prepare() }),
  ]
}
