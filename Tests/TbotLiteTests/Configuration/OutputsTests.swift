import Operations
import Testing

@testable import tbot_lite

@Suite struct OutputsTests {
  @Test func severalAtOnce() throws {
    let settings = try settings([
      "destination": "/a/", "output": "tls:/b,kubernetes-secret:ns/name,kubernetes-secret:other",
      "certificate-ttl": "2h",
    ])
    #expect(
      settings.outputs.map(\.name) == [
        "identity:/a", "tls:/b", "identity:kubernetes-secret/ns/name",
        "identity:kubernetes-secret/other",
      ])
    #expect(
      settings.destinations == [
        .directory(path: "/a", access: .owner), .directory(path: "/b", access: .owner),
        .kubernetesSecret(namespace: "ns", name: "name"),
        .kubernetesSecret(namespace: nil, name: "other"),
      ])
    #expect(settings.outputs.map(\.writesSSHConfig) == [true, false, true, true])
    #expect(settings.outputs.allSatisfy { $0.certificateTTL == .seconds(7200) })
  }

  @Test func theStrongestSourceNamesAllOfThem() throws {
    let file = "outputs: [{type: tls, destination: {type: directory, path: /file}}]"
    let environment = ["TBOT_LITE_OUTPUT": "identity:/env"]
    func paths(_ given: [String: String?], _ environment: [String: String]) throws -> [String] {
      try settings(
        given.merging(["config": "f"]) { $1 }, environment, files: ["f": "version: v2\n\(file)"]
      ).outputs.map(\.name)
    }
    #expect(try paths(["destination": "/flag"], environment) == ["identity:/flag"])
    #expect(try paths(["output": "tls:/flag"], environment) == ["tls:/flag"])
    #expect(try paths([:], environment) == ["identity:/env"])
    #expect(try paths([:], [:]) == ["tls:/file"])
  }

  // MARK: - Access

  @Test func aGroupMayRead() throws {
    func access(_ given: [String: String?]) throws -> [Destination] {
      try settings(given.merging(["destination": "/d"]) { $1 }).destinations
    }
    let group: [Destination] = [.directory(path: "/d", access: .group("1000"))]
    #expect(try access(["mode": "group", "group": "1000"]) == group)
    #expect(try access(["group": "1000"]) == group)
    #expect(try access(["mode": "owner"]) == [.directory(path: "/d", access: .owner)])
    #expect(try complaint(["mode": "group"]).hasPrefix("--mode: name the group"))
    #expect(
      try complaint(["mode": "owner", "group": "g"]) == "--group has no meaning with mode owner")
  }

  @Test func theCommandLinesAccessHoldsForTheFilesDirectories() throws {
    let file = "outputs: [{type: tls, destination: {type: directory, path: /d, group: a}}]"
    #expect(try settings(file: file).destinations == [.directory(path: "/d", access: .group("a"))])
    #expect(
      try settings(file: file, ["mode": "owner"]).destinations
        == [.directory(path: "/d", access: .owner)])
  }

  // MARK: - Roles

  private static let withRoles =
    "outputs: [{type: tls, roles: [a], destination: {type: directory, path: /d}}]"

  @Test func rolesOfAnOutputComeBeforeThoseOfAll() throws {
    let file =
      Self.withRoles.replacing("}}]", with: "}}, {type: tls, destination: ")
      + "{type: directory, path: /e}}]"
    let options = tokenOptions.merging(["roles": "x,y"]) { $1 }
    #expect(try settings(file: file, options).outputs.map(\.roles) == [["a"], ["x", "y"]])
    #expect(try settings(file: file, tokenOptions).outputs.map(\.roles) == [["a"], nil])
  }

  @Test func localAdminCannotGiveAnOutputRolesOfItsOwn() throws {
    let complaint = try complaint(file: Self.withRoles)
    #expect(
      complaint.hasPrefix("bot.yaml line 2: outputs[0].roles: join method local-admin cannot"))
    #expect(complaint.contains("run a second bot with a --bot-name"))
  }

  // MARK: - Times

  private static let short =
    "outputs: [{type: tls, credential_ttl: 10m, destination: {type: directory, path: /d}}]"

  @Test func anOutputMayLiveShorterAndSetsThePaceThen() throws {
    let settings = try settings(file: Self.short)
    #expect(settings.outputs.map(\.certificateTTL) == [.seconds(600)])
    #expect(settings.certificateTTL == .seconds(3600))
    #expect(settings.renewalInterval == .seconds(200))
    #expect(
      try complaint(file: Self.short + "\nrenewal_interval: 10m\n")
        == "bot.yaml line 3: renewal_interval must be shorter than the TTL of output tls:/d, or "
        + "there is no time to try again")
  }

  // MARK: - Places

  private static let clashes: [(String, String)] = [
    ("tls:/a,identity:/a", "/a is /a"), ("tls:/a,tls:/a/", "/a is /a"),
    ("tls:/a,identity:/x/../a/.", "/x/../a/. is /a"),
    ("tls:/a,identity:/a/b", "/a/b lies inside /a"),
    ("tls:/a/b/c,identity:/a", "/a holds /a/b/c"), ("tls:/work/d,identity:d", "d is /work/d"),
    ("tls:./d,identity:d/e", "d/e lies inside ./d"), ("tls:/,identity:/a", "/a lies inside /"),
    ("kubernetes-secret:a/b,identity:/a,kubernetes-secret:a/b", "'kubernetes-secret:a/b' stands"),
  ]

  @Test(arguments: clashes)
  func noTwoOutputsShareAPlace(outputs: String, reason: String) throws {
    #expect(try complaint(["output": outputs]).hasPrefix("--output: \(reason)"))
  }

  @Test func noTwoOutputsShareASecret() throws {
    let secret = "destination: {type: kubernetes_secret, namespace: a, name: b}"
    #expect(
      try complaint(file: "outputs:\n- {type: tls, \(secret)}\n- {type: identity, \(secret)}")
        == "bot.yaml line 4: outputs[1].destination: the Secret a/b is a destination already "
        + "(bot.yaml line 3: outputs[0].destination); every output needs one of its own")
  }

  @Test func neighboursAreNoClash() throws {
    let outputs = "tls:/a,identity:/ab,tls:/b/a,kubernetes-secret:a,kubernetes-secret:n/a"
    #expect(try settings(["output": outputs]).outputs.count == 5)
  }

  @Test(arguments: ["/storage", "/storage/out", "/"])
  func theStorageIsNobodyElses(path: String) throws {
    let complaint = try complaint(tokenOptions.merging(["destination": path]) { $1 })
    #expect(complaint.hasPrefix("--destination: \(path) "))
    #expect(complaint.contains("/storage, which is taken already (--storage)"))
  }
}
