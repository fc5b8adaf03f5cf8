import Foundation
import Testing

/// The embedded descriptors are what protoc makes of the schema files now.
@Suite struct DescriptorFreshnessTests {
  private static let package = (0..<3).reduce(URL(filePath: #filePath)) { url, _ in
    url.deletingLastPathComponent()
  }

  private static let hasCompiler = ["/usr/bin", "/usr/local/bin"].contains {
    FileManager.default.isExecutableFile(atPath: $0 + "/protoc")
  }

  @Test(.enabled(if: hasCompiler, "protoc is missing: apt-get install protobuf-compiler"))
  func committedDescriptorsAreCompiledFromTheSchemas() throws {
    let output = FileManager.default.temporaryDirectory
      .appending(path: "descriptors-\(UUID().uuidString)")
    try Data().write(to: output)
    defer { try? FileManager.default.removeItem(at: output) }
    let process = Process()
    process.executableURL = Self.package.appending(path: "Scripts/generate-descriptors")
    process.arguments = ["--print"]
    process.standardOutput = try FileHandle(forWritingTo: output)
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let committed = Self.package
      .appending(path: "Sources/Shared/TeleportSchema/Generated/EmbeddedDescriptors.swift")
    // Too long to print.
    let isFresh = try Data(contentsOf: output) == Data(contentsOf: committed)
    #expect(isFresh, "run Scripts/generate-descriptors")
  }
}
