import Documents
import FoundationEssentials
import NIOSSL
import X509

extension Responder {
  /// The caller, by bearer token or else by client certificate; nil where neither is known.
  func authenticate(_ request: HTTPRequest) async -> SandboxUser? {
    if let authorization = request.headers.first(name: "authorization") {
      return users.bearer(of: authorization)
    }
    guard let shown = await request.peerCertificate(), let der = try? shown.toDERBytes(),
      let certificate = try? Certificate(derEncoded: der),
      let name = certificate.subject.commonName
    else { return nil }
    return users.named(name)
  }

  /// Paths that are answered without knowing who asks.
  func isPublic(_ request: HTTPRequest) -> Bool {
    ["version", "healthz", "livez", "readyz"].contains(request.path.first ?? "")
  }

  /// Finds what the request is about and whether the caller may do it.
  func resolve(
    _ request: HTTPRequest, _ path: APIPath, _ verb: Verb, _ user: SandboxUser
  ) async throws(APIStatus) -> Call {
    let access = AccessRequest(
      verb: verb.authorized, group: path.group, resource: path.resource, name: path.name,
      namespace: path.namespace)
    if !user.may(access) {
      throw .forbidden(
        GroupResource(group: path.group, plural: path.plural), name: path.name,
        because: access.refusal(for: user.name))
    }
    let catalog = await storage.catalog
    guard
      let resource = catalog.resource(
        group: path.group, version: path.version, plural: path.plural),
      let version = resource.version(path.version),
      resource.isNamespaced || path.namespace.isEmpty
    else { throw .noSuchPath }
    if !path.subresource.isEmpty, path.subresource != "status" || !version.hasStatus {
      throw resource.notFound(path.name)
    }
    return Call(
      request: request, user: user, path: path, verb: verb, resource: resource, version: version)
  }

  /// An apply that creates needs the right to create as well.
  func mayCreate(_ call: Call) -> Bool {
    call.user.may(
      AccessRequest(
        verb: "create", group: call.path.group, resource: call.path.resource,
        name: call.path.name, namespace: call.path.namespace))
  }

  /// Answers a review that a caller asks for about itself.
  func review(
    _ request: HTTPRequest, _ path: APIPath, _ user: SandboxUser
  ) throws(APIStatus) -> Answer {
    guard VirtualResources.kinds.contains(where: { $0.plural == path.plural }),
      request.method == .POST, path.version == "v1"
    else { throw .noSuchPath }
    return Answer(
      VirtualResources.answer(try body(of: request), plural: path.plural, for: user), code: 201)
  }
}

extension DistinguishedName {
  var commonName: String? {
    for part in self {
      for attribute in part where attribute.type == .RDNAttributeType.commonName {
        return String(attribute.value)
      }
    }
    return nil
  }
}
