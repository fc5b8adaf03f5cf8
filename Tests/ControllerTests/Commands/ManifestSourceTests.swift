import Documents
import Testing

@testable import controller

@Suite struct ManifestSourceTests {
  private let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  private func role(_ name: String) -> String {
    "apiVersion: resources.teleport.dev/v5\nkind: TeleportRole\nmetadata: {name: \(name)}\n"
  }

  private func names(_ manifests: [Manifest]) -> [String?] {
    manifests.map { $0.document[["metadata", "name"]]?.string }
  }

  @Test func aFileIsItself() throws {
    let file = try scratch.write(role("a"), to: "anything.txt")
    #expect(try ManifestSource.files(file) == [file])
    #expect(try ManifestSource.files("-") == ["-"])
  }

  @Test func aDirectoryIsSearchedInOrderOfNames() throws {
    for name in ["b.yaml", "a.yml", "deep/er/c.json", "readme.md", "yaml", "x.yaml.bak"] {
      try scratch.write(role("x"), to: name)
    }
    let files = try ManifestSource.files(scratch.path).map { $0.dropFirst(scratch.path.count + 1) }
    #expect(files == ["a.yml", "b.yaml", "deep/er/c.json"])
  }

  @Test func whatIsNotThereIsSaid() throws {
    let missing = "\(scratch.path)/none.yaml"
    let error = #expect(throws: ManifestSource.Failure.self) { try ManifestSource.files(missing) }
    #expect(error?.file == missing && error?.description == "there is no such file or directory")
    let unread = #expect(throws: ManifestSource.Failure.self) {
      try ManifestSource.manifests(missing)
    }
    #expect(unread?.file == missing && unread?.description == "cannot be read")
  }

  @Test func everyDocumentKeepsItsLine() throws {
    let file = try scratch.write(
      "# first\n" + role("a") + "---\n---\n" + role("b") + "---\n# nothing\n", to: "x.yaml")
    let manifests = try ManifestSource.manifests(file)
    #expect(names(manifests) == ["a", "b"])
    #expect(manifests.map(\.line) == [2, 7])
    #expect(manifests.map(\.file) == [file, file])
  }

  @Test(arguments: ["List", "TeleportRoleList"]) func listsAreOpened(kind: String) throws {
    let list: JSONValue = [
      "apiVersion": "v1", "kind": .string(kind),
      "items": [try JSONValue(yaml: role("a")), try JSONValue(yaml: role("b"))],
    ]
    let file = try scratch.write(list.jsonText, to: "list.json")
    #expect(try names(ManifestSource.manifests(file)) == ["a", "b"])
  }

  @Test func brokenTextNamesTheLine() throws {
    let file = try scratch.write(role("a") + "spec: [\n", to: "broken.yaml")
    let error = #expect(throws: ManifestSource.Failure.self) {
      try ManifestSource.manifests(file)
    }
    #expect(error?.file == file && error?.description.contains("line") == true)
  }

  @Test func otherGroupsAreNotOurs() throws {
    let file = try scratch.write(
      role("a") + "---\napiVersion: v1\nkind: Secret\n---\njust text\n---\n"
        + "apiVersion: resources.teleport.dev.evil/v1\nkind: TeleportRole\n", to: "x.yaml")
    #expect(try ManifestSource.manifests(file).map(\.isOurs) == [true, false, false, false])
  }
}
