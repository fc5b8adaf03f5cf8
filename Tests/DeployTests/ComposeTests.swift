import ArgumentParser
import Documents
import Foundation
import Testing

@testable import controller
@testable import sandbox
@testable import tbot_lite

/// compose/ and what runs in it, as far as can be said without Docker.
@Suite struct ComposeTests {
  private func services() throws -> [String: JSONValue] {
    let file = try JSONValue(yaml: Repository.text("compose/compose.yaml"))
    return try #require(file["services"]?.object)
  }

  private func words(_ service: JSONValue) -> [String] {
    (service["command"]?.array ?? []).compactMap(\.string)
  }

  @Test func programsTakeTheirArguments() throws {
    var tried = 0
    for (name, service) in try services() {
      if name.hasPrefix("controller") || name.hasPrefix("crds") {
        _ = try Controller.parseAsRoot(words(service))
      } else if name.hasPrefix("tbot-lite") {
        _ = try TbotLite.parseAsRoot(words(service))
      } else if name == "sandbox" {
        _ = try SandboxCommand.parseAsRoot(words(service))
      } else {
        continue
      }
      tried += 1
    }
    #expect(tried == 7)
  }

  /// The sandbox profile has all that the other has, but for what it replaces.
  @Test func bothProfilesTryTheSame() throws {
    let services = try services()
    func names(_ profile: String) -> Set<String> {
      Set(
        services.filter { $0.value["profiles"] == [.string(profile)] }.keys.map {
          $0.hasSuffix("-sandbox") ? String($0.dropLast(8)) : $0
        })
    }
    #expect(names("kind").subtracting(names("sandbox")) == ["kind", "owner", "teleport"])
    #expect(names("sandbox").subtracting(names("kind")) == ["sandbox", "sandbox-ready"])
    #expect(names("kind").union(names("sandbox")).count == 9)
  }

  @Test func whatServicesNameIsThere() throws {
    let file = try JSONValue(yaml: Repository.text("compose/compose.yaml"))
    let volumes = Set(try #require(file["volumes"]?.object).keys)
    let services = try services()
    for (name, service) in services {
      for volume in (service["volumes"]?.array ?? []).compactMap(\.string) {
        let source = String(volume.prefix { $0 != ":" })
        if source.hasPrefix("./") {
          let path = Repository.root.appendingPathComponent("compose/" + source.dropFirst(2)).path
          #expect(FileManager.default.fileExists(atPath: path), "\(name): \(source)")
        } else {
          #expect(source.hasPrefix("/") || volumes.contains(source), "\(name): \(source)")
        }
      }
      for other in (service["depends_on"]?.object ?? [:]).keys {
        #expect(services[other]?["profiles"] == service["profiles"], "\(name): \(other)")
      }
    }
  }

  @Test(arguments: ["compose/manifests", "deploy/examples"])
  func manifestsAreValid(folder: String) throws {
    let path = Repository.root.appendingPathComponent(folder).path
    let command = try Controller.parseAsRoot(["validate", "-f", path])
    let validate = try #require(command as? ValidateCommand)
    try validate.run()
  }

  @Test func scriptsAreWellFormed() throws {
    for script in ["compose/smoke/smoke.sh", "compose/local.sh", "compose/kind/up.sh"] {
      let path = Repository.root.appendingPathComponent(script).path
      let checked = try ProgramResult.of("/bin/bash", ["-n", path])
      #expect(checked.status == 0, "\(checked.errors)")
      #expect(FileManager.default.isExecutableFile(atPath: path), "\(script)")
    }
  }

  @Test func workflowsRunWhatAPersonWould() throws {
    let workflow = try JSONValue(yaml: Repository.text(".github/workflows/ci.yaml"))
    let steps = try #require(workflow[["jobs", "run", "steps"]]?.array)
    #expect(steps.last == ["run": ".ci/run"])
    let release = try JSONValue(yaml: Repository.text(".github/workflows/release.yaml"))
    #expect(release[["jobs", "test", "uses"]] == "./.github/workflows/ci.yaml")
  }
}
