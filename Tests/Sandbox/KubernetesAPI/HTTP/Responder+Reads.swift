import Documents

extension Responder {
  func get(_ call: Call) async throws(APIStatus) -> Answer {
    guard let object = await storage.object(call.key, of: call.resource.storedAs) else {
      throw call.resource.notFound(call.path.name)
    }
    return try presentation(call).answer(object)
  }

  func list(_ call: Call) async throws(APIStatus) -> Answer {
    let presentation = try presentation(call)
    let request = ListRequest(
      filter: try call.filter(), limit: Int(call.request.query["limit"] ?? "") ?? 0,
      moment: try moment(call.request))
    return presentation.answer(try await storage.list(request, of: call.resource.storedAs))
  }

  func presentation(_ call: Call) throws(APIStatus) -> Presentation {
    try Presentation(
      call.request, resource: call.resource, version: call.version, now: settings.clock())
  }

  private func moment(_ request: HTTPRequest) throws(APIStatus) -> ListRequest.Moment {
    let asked = request.query["resourceVersion"] ?? ""
    let match = request.query["resourceVersionMatch"] ?? ""
    if let token = request.query["continue"], !token.isEmpty {
      if !asked.isEmpty && asked != "0" {
        throw .badRequest("specifying resource version is not allowed when using continue")
      }
      return .continuing(try ContinueToken(token))
    }
    if asked.isEmpty {
      if match.isEmpty { return .latest }
      throw listOptions(
        "resourceVersionMatch is forbidden unless resourceVersion is provided")
    }
    guard let revision = Int64(asked), revision >= 0 else {
      throw .badRequest(
        "invalid resource version: resourceVersion: Invalid value: \"\(asked)\": "
          + "strconv.ParseUint: parsing \"\(asked)\": invalid syntax")
    }
    switch match {
    case "Exact":
      if revision == 0 {
        throw listOptions(
          "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"")
      }
      return .exactly(revision)
    case "", "NotOlderThan": return revision == 0 ? .cached : .notOlderThan(revision)
    default:
      throw .invalid(
        group: "meta.k8s.io", kind: "ListOptions", name: "",
        [
          .unsupported(
            "resourceVersionMatch", .string(match), allowed: ["Exact", "NotOlderThan", ""])
        ])
    }
  }

  func listOptions(_ detail: String, field: String = "resourceVersionMatch") -> APIStatus {
    .invalid(
      group: "meta.k8s.io", kind: "ListOptions", name: "", [.forbidden(field, detail)])
  }
}
