import Documents
import TeleportSchema

/// A live Teleport resource as the manifest that declares it.
///
/// - Guarantees: declares everything that Teleport holds, the server's defaults too, so that adoption changes nothing but
///   ownership; holds no secret.
struct ExportedManifest: Hashable, Sendable {
  let document: JSONValue
  /// Secrets that have to be made before it can be applied.
  let hints: [String]

  struct Impossible: Error, Hashable, CustomStringConvertible {
    let description: String
  }

  init(_ live: [UInt8], _ kind: ExportKind, namespace: String?) throws {
    let schema = kind.schema
    let resource = try schema.managedFields(of: live)
    let name = resource[["metadata", "name"]]?.string ?? ""
    if let flaw = KubernetesNames.flaw(inName: name) {
      throw Impossible(description: "Kubernetes does not allow this name: \(flaw)")
    }
    let version = resource["version"]?.string ?? ""
    guard let (customResource, target) = kind.target(version: version) else {
      throw Impossible(
        description:
          "no custom resource kind declares version \(version); write it anew in a later version first"
      )
    }
    var metadata: JSONValue = ["name": .string(name)]
    metadata["namespace"] = namespace.map { .string($0) }
    let labels = try Self.labels(resource[["metadata", "labels"]]?.object ?? [:])
    if !labels.isEmpty { metadata["labels"] = .object(labels) }
    var annotations: JSONValue = [
      OperatorName.adoptAnnotation: .string(AdoptionPolicy.ifEqual.rawValue)
    ]
    annotations[DeclaredResource.descriptionAnnotation] = resource[["metadata", "description"]]
    metadata["annotations"] = annotations

    var hints: [String] = []
    let shown = schema.showingHiddenSecrets(inSpec: resource["spec"] ?? [:])
    let spec = schema.replacingTexts(inSpec: shown) { field -> String? in
      guard field.isSensitive else { return nil }
      let key = Self.secretKey(field.path)
      hints.append(
        "\(field.path): Teleport does not tell it. Put it into the Secret \(name), key \(key), with the annotation "
          + "\(SecretData.annotation)=\(name); take the line out if there is none.")
      return "secret://\(name)/\(key)"
    }
    document = [
      "apiVersion": .string("\(CustomResourceSchema.group)/\(target.name)"),
      "kind": .string(customResource.kind), "metadata": metadata, "spec": spec,
    ]
    self.hints = hints
    try check(against: live, resource, schema)
  }

  private static func labels(_ labels: [String: JSONValue]) throws -> [String: JSONValue] {
    // Ownership is the controller's to sign.
    let own = labels.filter { !$0.key.hasPrefix(ResourceFacts.labelPrefix) }
    for (key, value) in own.sorted(by: { $0.key < $1.key })
    where !KubernetesNames.isLabel(key, value.string ?? "") {
      throw Impossible(
        description: "Kubernetes does not allow its label \(key): \(value.string ?? "")")
    }
    return own
  }

  private static func secretKey(_ path: String) -> String {
    let key = path.utf8.map { byte -> Character in
      KubernetesNames.isAlphanumeric(byte) || "-_.".utf8.contains(byte)
        ? Character(UnicodeScalar(byte)) : "-"
    }
    return String(String(key).trimmingPrefix("spec."))
  }

  /// What was exported must come back as it was.
  private func check(
    against live: [UInt8], _ resource: JSONValue, _ schema: ResourceSchema
  ) throws {
    let declared = try DeclaredResource(manifest: document)
    let written = try schema.managedFields(of: schema.merge(declared: declared.bytes, over: live))
    let differences = FieldDifference.between(schema.redact(resource), schema.redact(written))
      .filter { !$0.isOfOwnership && !$0.isOfHiddenSecret }
    guard differences.isEmpty else {
      let paths = differences.map(\.path).joined(separator: ", ")
      throw Impossible(description: "a manifest cannot say what it holds in: \(paths)")
    }
  }
}
