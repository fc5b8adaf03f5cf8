import SandboxFaults

/// A request together with what it was found to be about.
struct Call: Sendable {
  let request: HTTPRequest
  let user: SandboxUser
  let path: APIPath
  let verb: Verb
  let resource: Resource
  let version: Resource.Version

  /// The user agent up to its first slash, which stands in for a field manager that is not given.
  var manager: String {
    if let given = request.query["fieldManager"], !given.isEmpty { return given }
    let agent = request.headers.first(name: "user-agent") ?? ""
    let name = String(agent.prefix { $0 != "/" })
    return name.isEmpty ? "unknown" : name
  }

  var isDryRun: Bool { request.query["dryRun"] == "All" }

  var key: ObjectKey {
    ObjectKey(namespace: resource.isNamespaced ? path.namespace : "", name: path.name)
  }

  /// Which objects a list, watch or collection delete is about.
  func filter() throws(APIStatus) -> ObjectFilter {
    try ObjectFilter(
      namespace: resource.isNamespaced ? path.namespace : "",
      name: path.name.isEmpty ? nil : path.name,
      labels: LabelSelector(request.query["labelSelector"] ?? ""),
      fields: FieldSelector(request.query["fieldSelector"] ?? "", resource: resource))
  }
}
