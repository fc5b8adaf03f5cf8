import Documents
import Kubernetes
import Operations
import TeleportSchema

/// A spec without references.
struct ResolvedSpec: Sendable {
  /// Holds the values of Secrets: not for status, events, logs or the output of a plan.
  let spec: Secret<JSONValue>
  let uses: [SecretUse]
  /// What deserves to be said of the spec, such as a reference that nobody looks up.
  let warnings: [SchemaIssue]
}

/// Looks up what a spec refers to: Secrets of the object's own namespace, by name, each once.
struct SecretResolver: Sendable {
  typealias Read = @Sendable (_ secret: ObjectKey) async throws -> KubernetesObject

  private let read: Read

  /// - Parameter read: throws `KubernetesError` or `CancellationError`.
  init(read: @escaping Read) { self.read = read }

  /// - Parameter timeout: of each Secret's reading.
  init(_ client: KubernetesClient, timeout: Duration) {
    self.init { try await client.get(.secrets, $0, timeout: timeout) }
  }

  /// Nothing is read for a spec without references.
  ///
  /// - Throws: `SecretReferenceError`, or `CancellationError`.
  func resolve(_ object: KubernetesObject, _ schema: ResourceSchema) async throws -> ResolvedSpec {
    let references = try SecretReferences(in: object.spec, of: schema)
    var secrets: [String: Result<SecretData, SecretAbsence>] = [:]
    for name in references.secrets.sorted() {
      secrets[name] = try await secret(ObjectKey(name, namespace: object.metadata.namespace))
    }
    let (spec, uses) = try references.resolved(for: object.metadata.name, with: secrets)
    return ResolvedSpec(spec: Secret(spec), uses: uses, warnings: references.warnings)
  }

  private func secret(_ key: ObjectKey) async throws -> Result<SecretData, SecretAbsence> {
    do {
      return .success(SecretData(try await read(key)))
    } catch let error as KubernetesError {
      return .failure(SecretAbsence(error.code))
    }
  }
}

extension SecretAbsence {
  fileprivate init(_ code: KubernetesError.Code) {
    switch code {
    case .notFound: self = .notFound
    case .forbidden: self = .forbidden
    default: self = .unavailable(code)
    }
  }
}
