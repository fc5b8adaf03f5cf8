/// What people reach through Teleport: servers, applications, databases.
extension ServedKind {
  private static let auth = "proto.AuthService/"

  static let inventory = [node, app, db]

  private static let node = ServedKind(
    kind: "node", version: "v2", subKinds: ["", "teleport", "openssh", "openssh-ec2-ice"],
    event: 11, rules: ["node"],
    complete: { node, context throws(CallError) in
      let subKind = node.string(at: [2])
      guard subKind.hasPrefix("openssh") else { return }
      if subKind == "openssh-ec2-ice", context.major < 15 {
        throw CallError(.badParameter, "invalid SubKind \"openssh-ec2-ice\"")
      }
      let address = node.string(at: [5, 1])
      if address.isEmpty {
        throw CallError(.badParameter, "addr must be set when server SubKind is \"\(subKind)\"")
      }
      guard address.split(separator: ":").count == 2 else {
        throw CallError(
          .badParameter, "invalid Addr \"\(address)\": address \(address): missing port in address")
      }
    },
    calls: [
      ServedCall(auth + "GetNode", .get(name: 1, namespace: 2)),
      ServedCall(
        auth + "ListResources",
        .list(.init(paging: [3, 4, 2], element: 3, resourceType: "node"))),
      ServedCall(auth + "UpsertNode", .upsert, answer: .empty),
      ServedCall(auth + "DeleteNode", .delete(name: 1)),
    ])

  private static func calls(_ name: String) -> [ServedCall] {
    [
      ServedCall(auth + "Get\(name)", .get(name: 1)),
      ServedCall(auth + "Get\(name)s", .list(.init())),
      ServedCall(auth + "Create\(name)", .create, answer: .empty),
      ServedCall(auth + "Update\(name)", .update(conditional: false), answer: .empty),
      ServedCall(auth + "Delete\(name)", .delete(name: 1)),
    ]
  }

  private static let app = ServedKind(
    kind: "app", version: "v3", event: 30, rules: ["app"],
    complete: { app, context throws(CallError) in
      if context.major < 15 { app.setEntry(Label.origin, "dynamic", inMapAt: [4, 5]) }
      if app.string(at: [5, 1]).isEmpty, app.string(at: [5, 7]).isEmpty {
        throw CallError(.badParameter, "app \"\(app.string(at: [4, 1]))\" URI is empty")
      }
    },
    calls: calls("App"))

  private static let db = ServedKind(
    kind: "db", version: "v3", event: 28, rules: ["db"],
    complete: { db, context throws(CallError) in
      if context.major < 13 { db.setEntry(Label.origin, "dynamic", inMapAt: [4, 5]) }
      let name = db.string(at: [4, 1])
      guard name.wholeMatch(of: /[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?/) != nil else {
        throw CallError(
          .badParameter,
          "invalid database name: \"\(name)\" does not match regex used for validation")
      }
      if db.string(at: [5, 1]).isEmpty {
        throw CallError(.badParameter, "database \"\(name)\" protocol is empty")
      }
      if db.string(at: [5, 2]).isEmpty {
        throw CallError(.badParameter, "database \"\(name)\" URI is empty")
      }
    },
    calls: calls("Database"))
}
