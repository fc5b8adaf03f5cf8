import Documents
import TeleportSchema

@testable import controller

/// What users have asked for, and so what both sides have to show once all is quiet.
struct WalkModel: Sendable {
  struct Subject: Sendable {
    let kind: String
    let name: String
    /// The telling value of the custom resource's spec; nil where there is none.
    var declared: String?
    /// The value of a resource in Teleport that is nobody's in Kubernetes; nil where there is none.
    var foreign: String?

    var teleportKind: String { kind == "TeleportUser" ? "user" : "role" }
    var isRole: Bool { kind == "TeleportRole" }
    var values: [String] {
      isRole ? ["root", "admin", "ops", "guest"] : ["access", "editor", "auditor"]
    }
    var path: [String] { isRole ? ["allow", "logins"] : ["roles"] }

    func spec(_ value: String) -> JSONValue {
      let list: JSONValue = [.string(value)]
      return isRole ? ["allow": ["logins": list]] : ["roles": list]
    }

    /// A resource as somebody makes it with tctl.
    func foreignResource(_ value: String) -> JSONValue {
      [
        "kind": .string(teleportKind), "version": isRole ? "v5" : "v2",
        "metadata": ["name": .string(name), "labels": ["team": "blue"]], "spec": spec(value),
      ]
    }

    /// What Teleport has to hold.
    var expected: String? { foreign ?? declared }
  }

  var subjects: [Subject] =
    (0..<4).map { Subject(kind: "TeleportRole", name: "role-\($0)") }
    + (0..<2).map { Subject(kind: "TeleportUser", name: "user-\($0)") }

  /// What is not as users have asked for; empty where all is.
  func complaints(_ stage: Stage) async throws -> [String] {
    var complaints: [String] = []
    for subject in subjects {
      let live = try await stage.teleport.resource(subject.teleportKind, subject.name)
      let value = live?[["spec"] + subject.path]
      if value != subject.expected.map({ [.string($0)] }) {
        complaints.append(
          "Teleport has \(value?.jsonText ?? "nothing") as \(subject.name), not \(subject.expected ?? "nothing")"
        )
      }
      let object = try await stage.custom(subject.kind, subject.name)
      guard subject.declared != nil else {
        if object != nil { complaints.append("\(subject.name) is not deleted") }
        continue
      }
      let wanted: Reason = subject.foreign == nil ? .inSync : .notOwned
      let ready = object?[["status", "conditions"]]?.array?.first { $0["type"] == "Ready" }
      if ready?["reason"]?.string != wanted.rawValue
        || ready?["observedGeneration"] != object?[["metadata", "generation"]]
        || ready?["status"]?.string != (subject.foreign == nil ? "True" : "False")
      {
        complaints.append("\(subject.name) says \(ready?.jsonText ?? "nothing"), not \(wanted)")
      }
    }
    return complaints
  }
}
