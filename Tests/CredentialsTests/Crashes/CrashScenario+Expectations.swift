import Credentials
import FoundationEssentials
import Glibc
import Testing

extension CrashScenario {
  /// - Parameter snapshot: nil where the directory is not there.
  func expectOneGeneration(_ snapshot: Snapshot?, hasReturned: Bool, _ comment: Comment) {
    guard let snapshot else {
      #expect(old == nil && !hasReturned, comment)
      return
    }
    let old = old?.named
    let new = new?.named
    let seen = snapshot.current
    let isOld = seen == (isPlain ? nil : old)
    let isNew = seen == new
    // Facts and not texts, which would be printed: they are keys.
    #expect(isNew || (isOld && !hasReturned), comment)
    for (name, mode) in snapshot.modes {
      #expect(mode & (access == .owner ? 0o077 : 0o027) == 0, "\(comment): \(name)")
    }
    for (name, content) in old ?? [:] {
      let shown = snapshot.top[name] ?? nil
      let isRight =
        if seen == nil || isPlain {
          shown == content || (seen != nil && shown == new?[name])
        } else {
          // What the new generation lacks may lead nowhere, for a moment, but not to what is old.
          shown == seen?[name]
        }
      #expect(isRight, "\(comment): \(name)")
    }
  }

  func expectReader(_ path: String, sees snapshot: Snapshot, _ comment: Comment) throws {
    let directory = PublishedDirectory(path: path)
    guard let seen = snapshot.current ?? (isPlain ? old?.named : nil) else {
      let error = #expect(throws: CredentialsError.self, comment) { try directory.read() }
      #expect(error?.code == .notReady, comment)
      return
    }
    #expect(try directory.read().identity.certificatePEM == seen["tlscert"], comment)
  }

  /// The next process renews, and leaves nothing behind of what was before.
  func expectRecovery(_ path: String, _ comment: Comment) throws {
    let next = Self.generations[4].named
    let publisher = DirectoryPublisher(path: path, access: access)
    try publisher.prepare()
    let previous = try Snapshot(path).target
    try publisher.publish(Self.generations[4], generation: "4")
    let snapshot = try Snapshot(path)
    let isNext = snapshot.current == next
    #expect(isNext, comment)
    let expected =
      ["..4", "..data", ".write-test"] + (previous.map { [$0] } ?? []) + next.keys
    #expect(snapshot.top.keys.sorted() == expected.sorted(), comment)
    let leadsToNext = next.allSatisfy { snapshot.top[$0.key] == $0.value }
    #expect(leadsToNext, comment)
    for (name, mode) in snapshot.modes {
      let isDirectory = name.isEmpty || (name.hasPrefix("..") && !name.contains("/"))
      #expect(
        mode == (isDirectory ? access.directoryMode : access.fileMode), "\(comment): \(name)")
    }
  }
}
