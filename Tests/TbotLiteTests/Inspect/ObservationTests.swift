import Credentials
import FoundationEssentials
import Operations
import Testing

@testable import tbot_lite

@Suite struct ObservationTests {
  @Test func aPublishedDirectoryIsReadAsOneGeneration() async throws {
    let files = try Forge().credentials().files
    try await withScratchDirectory { path in
      let publisher = DirectoryPublisher(path: path)
      try publisher.prepare()
      try publisher.publish(files, generation: "one")
      let found = Observation.look(at: path)
      #expect(found.failure == nil)
      #expect(found.generation == "..one")
      #expect(found.texts == files)
      #expect(found.files.first?.name == ".")
      #expect(found.files.first?.mode == 0o700)
      #expect(
        found.files.dropFirst().map(\.name)
          == PublishedFile.allCases.filter { files[$0] != nil }.map(\.rawValue))
      #expect(found.files.dropFirst().allSatisfy { $0.mode == 0o600 })
      #expect(Inspection(found, at: noon).problems == [])
    }
  }

  @Test func aDirectoryOfTbotsAndAnIdentityFile() async throws {
    let files = try Forge().credentials().files
    try await withScratchDirectory { path in
      for (file, text) in files {
        let name = "\(path)/\(file.rawValue)"
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: file == .key ? 0o644 : 0o600]
        #expect(
          FileManager.default.createFile(
            atPath: name, contents: Data(text.reveal().utf8), attributes: attributes))
      }
      let found = Observation.look(at: path)
      #expect(found.generation == nil)
      #expect(found.texts == files)
      #expect(Inspection(found, at: noon).problems.map(\.code) == [.exposed])
      let identity = Observation.look(at: "\(path)/identity")
      #expect(identity.kind == .identityFile)
      #expect(identity.files.map(\.name) == ["identity"])
      #expect(identity.files.map(\.mode) == [0o600])
      #expect(Inspection(identity, at: noon).problems == [])
    }
  }

  @Test func whatCannotBeReadIsTold() async throws {
    try await withScratchDirectory { path in
      func codes(_ path: String) -> [Inspection.Problem.Code] {
        Inspection(Observation.look(at: path), at: noon).problems.map(\.code)
      }
      #expect(codes(path) == [.unreadable])
      #expect(codes("\(path)/none") == [.unreadable])
      let large = Data(repeating: 0x61, count: 2 << 20)
      #expect(FileManager.default.createFile(atPath: "\(path)/large", contents: large))
      #expect(codes("\(path)/large").first == .unreadable)
    }
  }

  @Test func theCommandLine() throws {
    let command = try InspectCommand.parse(["/d", "-o", "json"])
    #expect(command.path == "/d")
    #expect(command.output == .json)
    #expect(throws: (any Error).self) { try InspectCommand.parse([]) }
    #expect(throws: (any Error).self) { try InspectCommand.parse(["/d", "-o", "yaml"]) }
  }
}
