import Credentials
import Documents
import FoundationEssentials
import Kubernetes
import Operations

/// A Kubernetes Secret, applied by the server with all of its keys at once.
///
/// - Guarantees: the keys are the same at every renewal, so that a mounted Secret never loses a file; a Secret that
///   has other keys, or whose keys somebody else manages, is left alone.
struct SecretDelivery: Delivery {
  static let manager = "tbot-lite"

  private let client: KubernetesClient
  private let key: ObjectKey
  private let format: Output.Format

  init(client: KubernetesClient, key: ObjectKey, format: Output.Format) {
    self.client = client
    self.key = key
    self.format = format
  }

  struct ForeignSecret: Error, CustomStringConvertible {
    let key: ObjectKey
    let keys: [String]

    var description: String {
      "Secret \(key) has keys that are not tbot-lite's: \(keys.joined(separator: ", ")); "
        + "name another Secret, or delete this one"
    }
  }

  func prepare() async throws {
    let secret: KubernetesObject
    do {
      secret = try await client.get(.secrets, key)
    } catch let error as KubernetesError where error.code == .notFound {
      return
    }
    let keys = Set((secret.body["data"]?.object ?? [:]).keys)
    let foreign = keys.subtracting(fileNames).sorted()
    guard foreign.isEmpty else { throw ForeignSecret(key: key, keys: foreign) }
  }

  func deliver(_ issued: IssuedCredentials, generation: String) async throws {
    let files = format == .tls ? issued.tlsFiles() : issued.files
    let data = fileNames.map { name in
      let text = PublishedFile(rawValue: name).flatMap { files[$0] }?.reveal() ?? ""
      return (name, JSONValue.string(Data(text.utf8).base64EncodedString()))
    }
    var metadata: JSONValue = [
      "name": .string(key.name),
      "annotations": ["teleport.dev/generation": .string(generation)],
      "labels": ["app.kubernetes.io/managed-by": .string(Self.manager)],
    ]
    metadata["namespace"] = key.namespace.map { .string($0) }
    _ = try await client.apply(
      .secrets,
      [
        "apiVersion": "v1", "kind": "Secret", "type": "Opaque", "metadata": metadata,
        "data": .object(Dictionary(uniqueKeysWithValues: data)),
      ], manager: Self.manager)
  }

  /// A cluster without a database CA has an empty file, not one less.
  private var fileNames: [String] {
    let files: [PublishedFile] =
      switch format {
      case .identity:
        [
          .key, .publicKey, .certificate, .sshCertificate, .hostCA, .userCA, .databaseCA,
          .identity, .knownHosts,
        ]
      case .tls: [.tlsKey, .tlsCertificate, .tlsAuthorities]
      }
    return files.map(\.rawValue)
  }
}
