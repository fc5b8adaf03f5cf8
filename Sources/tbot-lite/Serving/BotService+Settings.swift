import Credentials
import Glibc
import Kubernetes
import Logging
import Operations

extension BotService {
  /// A bot as the settings want it.
  ///
  /// - Parameter kubernetes: the client for Secrets; only where an output needs it.
  /// - Throws: `InvalidOption` for a group that does not exist, or where a Secret is wanted and there is no client.
  init(
    _ settings: Settings, kubernetes: (client: KubernetesClient, namespace: String)? = nil,
    logger: Logger
  ) throws {
    self.init(
      settings: settings, source: settings.makeSource(),
      deliveries: try settings.outputs.map { try Self.delivery($0, kubernetes) }, logger: logger)
  }

  static func delivery(
    _ output: Output, _ kubernetes: (client: KubernetesClient, namespace: String)?,
    fileSystem: any FileSystem = SystemCalls()
  ) throws -> any Delivery {
    switch output.destination {
    case .directory(let path, let access):
      return DirectoryDelivery(
        path: path, access: try Credentials.FileAccess(access), output: output,
        fileSystem: fileSystem)
    case .kubernetesSecret(let namespace, let name):
      guard let kubernetes else {
        throw InvalidOption("output \(output.name) needs a Kubernetes API to write to")
      }
      let key = ObjectKey(name, namespace: namespace ?? kubernetes.namespace)
      return SecretDelivery(client: kubernetes.client, key: key, format: output.format)
    }
  }
}

extension Settings {
  var needsKubernetes: Bool {
    outputs.contains { output in
      if case .kubernetesSecret = output.destination { true } else { false }
    }
  }

  func makeSource(fileSystem: any FileSystem = SystemCalls()) -> any IdentitySource {
    switch joining {
    case .localAdmin(let settings):
      return LocalAdminSource(settings)
    case .token(let onboarding):
      let storage = IdentityStorage(path: onboarding.storage ?? "", fileSystem: fileSystem)
      return TokenJoinSource(
        onboarding, storage: storage, client: client(onboarding), interval: renewalInterval)
    case .kubernetes(let onboarding):
      return KubernetesJoinSource(
        onboarding, jwtPath: onboarding.jwtPath ?? "", client: client(onboarding),
        interval: renewalInterval)
    }
  }

  private func client(_ onboarding: Onboarding) -> JoinClient {
    JoinClient(
      server: ServerRoute(self), trust: onboarding.trust, certificateTTL: certificateTTL)
  }
}

extension Credentials.FileAccess {
  init(_ setting: FileAccessSetting) throws(InvalidOption) {
    switch setting {
    case .owner: self = .owner
    case .group(let text):
      if let number = UInt32(text) {
        self = .group(number)
      } else if let entry = getgrnam(text) {
        self = .group(entry.pointee.gr_gid)
      } else {
        throw InvalidOption("there is no group \(text) on this machine; give its number")
      }
    }
  }
}

extension JoinSettings {
  /// As `--join-method` has it.
  var methodName: String {
    switch self {
    case .localAdmin: "local-admin"
    case .token: "token"
    case .kubernetes: "kubernetes"
    }
  }
}
