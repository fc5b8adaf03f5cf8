import Kubernetes
import TeleportSchema

extension SecretResolver {
  /// What a custom resource declares, with what it refers to.
  ///
  /// - Throws: `CancellationError`.
  func declaration(
    of object: KubernetesObject, _ schema: ResourceSchema, owner: Owner
  ) async throws -> Result<Declaration, DeclarationError> {
    do {
      // Nothing is to be written for one that goes, and its Secrets may have gone before.
      let resolved =
        object.metadata.isBeingDeleted ? nil : try await resolve(object, schema)
      return .success(try Declaration(object, owner: owner, resolved: resolved))
    } catch let error as SecretReferenceError {
      return .failure(.secret(error))
    } catch let error as DeclarationError {
      return .failure(error)
    }
  }
}
