import Documents
import TeleportSchema
import Testing

@testable import controller

/// How a plan looks.
@Suite struct PlannedResourceTests {
  private static let update: PlannedResource = {
    var resource = PlannedResource(kind: "TeleportRole", namespace: "default", name: "dev")
    resource.action = .update
    resource.standing = .changes
    resource.effects = ["update", "patchStatus"]
    resource.fields = FieldDifference.between(
      [
        "spec": [
          "allow": ["logins": ["root"], "node_labels": ["a": "b"]], "options": ["lock": "strict"],
        ]
      ],
      [
        "metadata": [
          "labels": ["teleport.dev/owner": "x", "teleport.dev/origin": "kubernetes"]
        ],
        "spec": [
          "allow": ["logins": ["root", "admin"], "node_labels": ["a": "b"]],
          "deny": ["logins": ["guest"]],
        ],
      ])
    return resource
  }()

  @Test func anUpdateIsShownFieldByField() {
    #expect(
      Self.update.text(hasColour: false) == """
        TeleportRole default/dev: update
          ~ spec.allow.logins: ["root"] -> ["root","admin"]
          + spec.deny.logins: ["guest"]
          - spec.options.lock: "strict"
          + owner: TeleportRole default/dev
        """)
  }

  @Test func coloursSayTheSame() throws {
    let text = try #require(Self.update.text(hasColour: true))
    #expect(text.hasPrefix("\u{1B}[1mTeleportRole default/dev\u{1B}[0m: \u{1B}[33mupdate\u{1B}[0m"))
    #expect(text.contains("\u{1B}[32m  + \u{1B}[0mspec.deny.logins"))
    #expect(text.contains("\u{1B}[31m  - \u{1B}[0mspec.options.lock"))
    let plain = text.replacing(#/\x{1B}\[[0-9]+m/#, with: "")
    #expect(plain == Self.update.text(hasColour: false))
  }

  @Test func aProblemIsItsReasonAndTheMessageOfTheStatus() {
    let resource = PlannedResource(
      kind: "TeleportUser", namespace: "a", name: "b", invalid: "spec.role: unknown field")
    #expect(
      resource.text(hasColour: false)
        == "TeleportUser a/b: InvalidSpec: spec.role: unknown field")
  }

  @Test func whatIsInSyncIsOnlyCounted() {
    let resource = PlannedResource(kind: "TeleportUser", namespace: "a", name: "b")
    #expect(resource.text(hasColour: false) == nil)
  }

  @Test func jsonHasEverything() {
    let json = Self.update.json
    #expect(
      json.object.map { Set($0.keys) } == [
        "kind", "namespace", "name", "action", "reason", "message", "fields", "effects",
      ])
    #expect(json["action"] == "update" && json["effects"] == ["update", "patchStatus"])
    #expect(
      json["fields"]?.array?.last
        == ["path": "spec.options.lock", "before": "strict", "after": .null])
  }

  @Test func theSummaryCountsAndTheExitCodeTellsTheWorst() {
    var summary = PlanSummary()
    #expect(summary.text == "nothing to plan" && summary.exitCode.rawValue == 0)
    summary.add(PlannedResource(kind: "k", namespace: "n", name: "in sync"))
    #expect(summary.text == "1 in sync" && summary.exitCode.rawValue == 0)
    summary.add(Self.update)
    summary.add(Self.update)
    #expect(summary.text == "2 to update, 1 in sync" && summary.exitCode.rawValue == 2)
    summary.add(PlannedResource(kind: "k", namespace: "n", name: "bad", invalid: "x"))
    #expect(
      summary.text == "2 to update, 1 in sync, 1 InvalidSpec" && summary.exitCode.rawValue == 1)
  }
}
