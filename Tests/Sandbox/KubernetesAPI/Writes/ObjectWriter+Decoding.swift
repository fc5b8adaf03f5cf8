import Documents

extension ObjectWriter {
  /// The object that a body or a patched object stands for, and warnings about it.
  ///
  /// - Throws: 400 where type, place or fields are not those that the request is about.
  func decode(_ body: JSONValue) throws(APIStatus) -> (object: JSONValue, warnings: [String]) {
    try checkIdentity(of: body)
    let (object, unknown) = schema.pruned(body)
    var warnings: [String] = []
    if !unknown.isEmpty {
      let texts = unknown.map { "unknown field \"\($0)\"" }
      switch request.fieldValidation {
      case .ignore: break
      case .warn: warnings = texts
      case .strict:
        throw undecodable("strict decoding error: " + texts.joined(separator: ", "), body)
      }
    }
    if let problem = decodingProblem(in: object) { throw undecodable(problem, body) }
    return (object, warnings)
  }

  /// A body is bad as such; a patch is bad for what it makes of the object.
  func undecodable(_ text: String, _ object: JSONValue) -> APIStatus {
    switch request.content {
    case .create, .replace, .apply:
      .badRequest(
        "\(resource.kind) in version \"\(request.version.name)\" cannot be handled as a "
          + "\(resource.kind): \(text)")
    case .mergePatch, .jsonPatch, .strategicPatch:
      .invalid(
        group: "", kind: "", name: "",
        [.invalid("patch", .string(object.jsonText), text)])
    }
  }

  private func checkIdentity(of body: JSONValue) throws(APIStatus) {
    guard body.object != nil else { throw .badRequest("the object provided is unrecognized") }
    let given = body["apiVersion"]?.string ?? ""
    guard given == apiVersion, body["kind"]?.string == resource.kind else {
      if given.isEmpty || (body["kind"]?.string ?? "").isEmpty {
        let missing = (body["kind"]?.string ?? "").isEmpty ? "Kind" : "apiVersion"
        throw .badRequest(
          "the object provided is unrecognized (must be of type \(resource.kind)): Object "
            + "'\(missing)' is missing in '\(body.jsonText)' (\(body.jsonText))")
      }
      if given != apiVersion {
        throw .badRequest(
          "the API version in the data (\(given)) does not match the expected API version "
            + "(\(apiVersion))")
      }
      if resource.rules.isCustom {
        let kind = body["kind"]?.string ?? ""
        throw .invalid(
          group: resource.id.group, kind: kind, name: body.name,
          [.invalid("kind", .string(kind), "must be \(resource.kind)")])
      }
      throw .badRequest(
        "\(body["kind"]?.string ?? "") in version \"\(request.version.name)\" cannot be handled "
          + "as a \(resource.kind): no kind \"\(body["kind"]?.string ?? "")\" is registered for "
          + "version \"\(apiVersion)\"")
    }
    let metadata = body["metadata"]
    if resource.isNamespaced, let namespace = metadata?["namespace"]?.string, !namespace.isEmpty,
      namespace != request.namespace
    {
      throw .badRequest(
        "the namespace of the provided object does not match the namespace sent on the request")
    }
    if let name = metadata?["name"]?.string, !request.name.isEmpty, name != request.name {
      throw .badRequest(
        "the name of the object (\(name)) does not match the name on the URL (\(request.name))")
    }
  }

  /// What keeps the object from being read into its Go type: for custom resources, into its metadata.
  private func decodingProblem(in object: JSONValue) -> String? {
    let problems =
      if resource.rules.isCustom {
        Schema.objectMeta.problems(in: object["metadata"] ?? [:], at: "metadata")
      } else {
        schema.problems(in: object)
      }
    guard let problem = problems.first else { return nil }
    let path = problem.field.split(separator: ".").map(String.init)
    if let text = object[path]?.string {
      if problem.message.contains("must be of type microtime") { return GoDecoding.microTime(text) }
      if problem.message.contains("must be of type byte") { return GoDecoding.base64(text) }
    }
    return GoDecoding.text(for: problem, kind: resource.kind)
  }
}

extension Schema {
  static let objectMeta = Schema(Node.objectMeta)
}
