import Documents

extension Responder {
  /// Everything that is not below a version of a group.
  func discover(_ request: HTTPRequest) async throws(APIStatus) -> Answer {
    guard request.method == .GET || request.method == .HEAD else { throw .noSuchPath }
    let path = request.path
    let catalog = await storage.catalog
    let documents = DiscoveryDocuments(catalog: catalog)
    let aggregated = AggregatedDiscovery(catalog: catalog)
    let wantsAggregated = request.headers[canonicalForm: "accept"].contains {
      $0.contains("as=APIGroupDiscoveryList") && $0.contains("v=v2") && !$0.contains("v=v2beta1")
    }
    switch (path.first, path.count) {
    case ("version", 1): return Answer(DiscoveryDocuments.version)
    case ("healthz", _), ("livez", _), ("readyz", _): return Answer(text: "ok")
    case ("api", 1):
      return wantsAggregated ? aggregate(aggregated.core) : Answer(documents.coreVersions)
    case ("apis", 1):
      return wantsAggregated ? aggregate(aggregated.groups) : Answer(documents.groups)
    case ("api", 2): return try found(documents.resources(group: "", version: path[1]))
    case ("apis", 2): return try found(documents.group(path[1]))
    case ("apis", 3): return try found(documents.resources(group: path[1], version: path[2]))
    case ("openapi", 2) where path[1] == "v3":
      return Answer(OpenAPIDocuments(catalog: catalog).index)
    case ("openapi", 3...) where path[1] == "v3":
      let name = path.dropFirst(2).joined(separator: "/")
      return try found(OpenAPIDocuments(catalog: catalog).document(at: name))
    default: throw .noSuchPath
    }
  }

  private func aggregate(_ document: JSONValue) -> Answer {
    var answer = Answer(document)
    answer.contentType = AggregatedDiscovery.mediaType
    return answer
  }

  private func found(_ document: JSONValue?) throws(APIStatus) -> Answer {
    guard let document else { throw .noSuchPath }
    return Answer(document)
  }
}
