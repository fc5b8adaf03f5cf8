import Documents
import FoundationEssentials
import KubernetesSandbox
import TeleportSandbox
import TeleportSchema
import Testing

@testable import controller

/// The manifests of deploy/examples, which docs/kinds.md shows.
enum ExampleManifests {
  static func all() throws -> [JSONValue] {
    let folder = (0..<4).reduce(URL(filePath: #filePath)) { url, _ in
      url.deletingLastPathComponent()
    }.appending(path: "deploy/examples")
    return try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted()
      .flatMap { file in
        try JSONValue.documents(
          yaml: String(contentsOf: folder.appending(path: file), encoding: .utf8))
      }
  }

  static func customResources() throws -> [JSONValue] {
    try all().filter { $0["kind"] != "Secret" }
  }
}

extension EndToEnd {
  /// Every kind, from its example to its end, on every server that there is.
  @Suite struct EveryKindTests {
    private struct Subject {
      let kind: WatchedKind
      let name: String
      /// The first Teleport that has the version of the manifest.
      let since: Int
      var custom: String { kind.customResource.kind }
      func isServed(by major: Int) -> Bool { since <= major }
    }

    private static func subjects() throws -> [Subject] {
      try ExampleManifests.customResources().map { manifest in
        let kind = try WatchedKind.named(manifest["kind"]?.string ?? "")
        let version = manifest["apiVersion"]?.string?.split(separator: "/").last.map(String.init)
        return Subject(
          kind: kind, name: manifest[["metadata", "name"]]?.string ?? "",
          since: kind.customResource.version(version ?? "")?.since ?? 0)
      }
    }

    @Test func everyKindHasAnExample() throws {
      #expect(
        Set(try ExampleManifests.customResources().map { $0["kind"]?.string })
          == Set(WatchedKind.all.map(\.customResource.kind)))
    }

    @Test(arguments: 11...19) func everyExampleLives(major: Int) async throws {
      let subjects = try Self.subjects()
      try await Stage.with(major: major, features: .enterprise) { stage in
        try await stage.withController { _ in
          try await stage.applyExamples()
          for subject in subjects {
            try await stage.awaitReason(
              subject.isServed(by: major) ? .inSync : .unsupportedByServer, subject.custom,
              subject.name)
          }
        }
        for subject in subjects where !subject.isServed(by: major) {
          let message = try await stage.condition("Ready", subject.custom, subject.name)?["message"]
          #expect(message?.string?.contains("needs Teleport \(subject.since)") == true)
        }
        // What a server makes of a manifest is no difference: a restart finds nothing to do.
        await stage.teleport.resetWriteCounts()
        try await stage.withController { controller in
          try await controller.isReady()
          try await eventually("nothing is left to do") { controller.process.isIdle }
          for kind in Set(subjects.map(\.kind.schema.kind)) {
            #expect(await stage.teleport.writes(kind).total == 0, "\(kind)")
          }
          for subject in subjects {
            try await stage.change(
              subject.custom, subject.name, ["metadata": ["labels": ["changed": "yes"]]])
          }
          for subject in subjects where subject.isServed(by: major) {
            try await stage.awaitLabel("changed", "yes", subject.kind.schema.kind, subject.name)
          }
          for subject in subjects {
            try await stage.delete(subject.custom, subject.name)
          }
          for subject in subjects {
            try await stage.awaitGone(subject.custom, subject.name)
            #expect(
              await stage.teleport.message(subject.kind.schema.kind, subject.name) == nil,
              "\(subject.custom)")
          }
        }
      }
    }

    @Test func withoutTheLicenceItIsSaid() async throws {
      try await Stage.withController { stage, _ in
        try await stage.applyExamples()
        for subject in try Self.subjects() where !subject.kind.schema.entitlements.isEmpty {
          try await stage.awaitReason(.unsupportedByServer, subject.custom, subject.name)
          let message = try await stage.condition("Ready", subject.custom, subject.name)?["message"]
          #expect(message?.string?.contains("licence") == true)
        }
      }
    }

    @Test(arguments: [11, 14, 18]) func driftOfEveryKindIsPutBack(major: Int) async throws {
      try await Stage.with(major: major, features: .enterprise) { stage in
        try await stage.withController { _ in
          try await stage.applyExamples()
          let subjects = try Self.subjects().filter {
            $0.isServed(by: major) && $0.kind.schema.eventField != nil
          }
          for subject in subjects {
            try await stage.awaitReason(.inSync, subject.custom, subject.name)
          }
          for subject in subjects {
            _ = await stage.teleport.delete(subject.kind.schema.kind, subject.name)
          }
          for subject in subjects {
            try await eventually("\(subject.custom) is back") {
              await stage.teleport.message(subject.kind.schema.kind, subject.name) != nil
            }
          }
        }
      }
    }
  }
}

extension Stage {
  func applyExamples() async throws {
    for document in try ExampleManifests.all() { try await kubernetes.put(document) }
  }

  /// Waits until what Teleport holds has a label.
  func awaitLabel(
    _ label: String, _ value: String, _ kind: String, _ name: String
  ) async throws {
    // A bot is made up from its user.
    let (kind, name) = kind == "bot" ? ("user", "bot-\(name)") : (kind, name)
    try await eventually("\(kind) \(name) has the label") {
      try await teleport.resource(kind, name)?[["metadata", "labels", label]]?.string == value
    }
  }
}
