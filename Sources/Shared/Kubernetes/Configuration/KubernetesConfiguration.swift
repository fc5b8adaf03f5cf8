import Operations

/// Where a kube-apiserver is, how to know it, and how to be known by it.
public struct KubernetesConfiguration: Hashable, Sendable {
  /// Which server certificates are believed.
  public enum Trust: Hashable, Sendable {
    /// The machine's own roots.
    case system
    /// Only certificates that these PEM roots signed.
    case roots(pem: String)
    /// Any certificate. Only for experiments.
    case unverified
  }

  /// A bearer token, or the file that always holds the valid one.
  public enum BearerToken: Hashable, Sendable {
    case fixed(Secret<String>)
    /// Read again at most once a minute, and at once when the server refuses the last one.
    case file(path: String)
  }

  /// A client certificate with its key, both PEM.
  public struct ClientIdentity: Hashable, Sendable {
    public var certificateChain: String
    public var privateKey: Secret<String>

    public init(certificateChain: String, privateKey: Secret<String>) {
      self.certificateChain = certificateChain
      self.privateKey = privateKey
    }
  }

  /// The base URL without a trailing slash, such as `https://10.0.0.1:6443`.
  public var server: String
  public var trust: Trust
  /// The name that the server certificate must carry, when it is not the host of `server`.
  public var tlsServerName: String?
  public var bearerToken: BearerToken?
  public var clientIdentity: ClientIdentity?
  /// The namespace to work in where none is named.
  public var namespace: String
  /// Where this came from, for people: `in-cluster service account`, or a file and its context.
  public var source: String

  public init(
    server: String, trust: Trust = .system, tlsServerName: String? = nil,
    bearerToken: BearerToken? = nil, clientIdentity: ClientIdentity? = nil,
    namespace: String = "default", source: String = "given in code"
  ) {
    self.server = server
    self.trust = trust
    self.tlsServerName = tlsServerName
    self.bearerToken = bearerToken
    self.clientIdentity = clientIdentity
    self.namespace = namespace
    self.source = source
  }
}

extension KubernetesConfiguration: CustomStringConvertible, CustomDebugStringConvertible {
  /// Server, source and the kind of credential, never the credential.
  public var description: String {
    var credentials: [String] = []
    switch bearerToken {
    case .fixed: credentials.append("bearer token")
    case .file(let path): credentials.append("bearer token from \(path)")
    case nil: break
    }
    if clientIdentity != nil { credentials.append("client certificate") }
    let identity = credentials.isEmpty ? "no credential" : credentials.joined(separator: " and ")
    return "\(server) (\(source), namespace \(namespace), \(identity))"
  }

  public var debugDescription: String { description }
}
