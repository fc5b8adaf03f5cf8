import Documents
import FoundationEssentials
import SandboxFaults

/// An in-memory kube-apiserver on a loopback port, close enough to the real one for kubectl and for controllers.
///
/// Guarantees: TLS with a CA of its own, HTTP/2 and HTTP/1.1, one global revision, the write rules, validation,
/// ownership and watch semantics of kube-apiserver for custom resources, namespaces, secrets, config maps, events,
/// leases and definitions. Nothing is written to disk except what `writeKubeconfig` is asked for.
///
/// Not there: admission webhooks, CEL rules, conversion webhooks, garbage collection by owner reference.
public final class KubernetesSandbox: Sendable {
  /// The requests that were made, and the faults to strike them with.
  ///
  /// An operation is a verb and a resource: `GET`, `LIST`, `WATCH`, `POST`, `PUT`, `PATCH`, `APPLY`, `DELETE` or
  /// `DELETECOLLECTION`, then `teleportroles` or `teleportroles/status`. The target is `namespace/name`, the name
  /// alone where there is no namespace, and empty for lists. Other paths are `GET /apis` and the like.
  ///
  /// A cut resets the HTTP/2 stream of the request and leaves the connection; see `closeConnections()` for that.
  /// On a watch, `afterCommit` is the moment after the response has begun: failing gives an `ERROR` event there.
  public let faults: Faults
  /// `https://127.0.0.1:PORT`.
  public let url: String
  /// The certificate of the authority that signed the server's certificate.
  public let caPEM: String
  /// The bearer token of the first user that was configured, by default one who may do everything.
  public let adminToken: String

  let storage: Storage
  let users: Users
  let door: Door
  let server: HTTPServer
  let certificates: SandboxCertificates

  private init(
    options: Options, faults: Faults, storage: Storage, users: Users, door: Door,
    server: HTTPServer, certificates: SandboxCertificates
  ) throws {
    self.faults = faults
    self.storage = storage
    self.users = users
    self.door = door
    self.server = server
    self.certificates = certificates
    url = "https://\(options.host):\(server.port)"
    caPEM = try certificates.authorityPEM
    adminToken = options.users.first?.token ?? ""
  }

  /// Starts serving. The namespaces `default` and `kube-system` are there.
  ///
  /// - Throws: when the port cannot be bound.
  public static func start(options: Options = Options()) async throws -> KubernetesSandbox {
    let certificates = try SandboxCertificates()
    let storage = Storage(historyCapacity: options.historyWindow, clock: options.clock)
    for namespace in ["default", "kube-system"] {
      _ = try await storage.write(.creating(namespace: namespace))
    }
    let faults = Faults(latency: options.latency, keepsRequests: options.keepsRequests)
    let users = Users(options.users)
    let door = Door()
    let responder = Responder(
      storage: storage, users: users, faults: faults, door: door,
      settings: .init(
        bookmarkInterval: options.bookmarkInterval, watchTimeout: options.watchTimeout,
        watchList: options.watchList, clock: options.clock))
    let server = try await HTTPServer.start(
      host: options.host, port: options.port,
      tls: try certificates.serverConfiguration(names: options.serverNames)
    ) { request, writer in
      await responder.respond(to: request, through: writer)
    }
    return try KubernetesSandbox(
      options: options, faults: faults, storage: storage, users: users, door: door,
      server: server, certificates: certificates)
  }

  /// Stops listening and closes every connection.
  public func shutdown() async {
    await door.open()
    await server.stop()
  }
}

extension WriteRequest {
  static func creating(namespace: String) -> WriteRequest {
    let resource = BuiltIns.namespaces
    return WriteRequest(
      resource: resource, version: resource.versions[0], namespace: "", name: "",
      content: .create([
        "apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(namespace)],
      ]), manager: "kube-apiserver")
  }
}
