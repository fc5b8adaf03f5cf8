import Documents

/// What a custom resource declares, in the form that Teleport takes.
public struct DeclaredResource: Sendable {
  public static let originLabel = "teleport.dev/origin"
  public static let originKubernetes = "kubernetes"
  /// The annotation whose value becomes the resource's description.
  public static let descriptionAnnotation = "description"

  public let schema: ResourceSchema
  public let version: CustomResourceSchema.Version
  public let name: String
  /// The resource on the wire: what the custom resource says, and the origin label.
  public let bytes: [UInt8]
  public let warnings: [SchemaIssue]

  /// - Parameters:
  ///   - apiVersion: `resources.teleport.dev/v5`
  ///   - kind: `TeleportRole`
  ///   - metadata: name, labels and annotations are used; the rest is Kubernetes' own.
  ///   - spec: as the kind's schema says.
  ///   - ownerLabels: laid over the custom resource's own labels.
  /// - Throws: `SchemaError` with every issue and its path in the manifest.
  public init(
    apiVersion: String, kind: String, metadata: JSONValue, spec: JSONValue,
    ownerLabels: [String: String] = [:]
  ) throws(SchemaError) {
    let (schema, customResource, version) = try Self.kind(apiVersion: apiVersion, kind: kind)
    var issues: [SchemaIssue] = []
    let name = metadata["name"]?.string ?? ""
    if name.isEmpty {
      issues.append(SchemaIssue(.missingField, at: "metadata.name", "must be set"))
    } else if let only = schema.singletonName, name != only {
      issues.append(
        SchemaIssue(
          .invalidValue, at: "metadata.name",
          "must be '\(only)': there is one \(schema.kind) in a cluster"))
    }
    var labels = Self.strings(metadata["labels"], at: "metadata.labels", &issues)
    for (key, value) in ownerLabels { labels[key] = .string(value) }
    labels[Self.originLabel] = .string(Self.originKubernetes)
    let annotations = Self.strings(metadata["annotations"], at: "metadata.annotations", &issues)
    var header: [String: JSONValue] = ["name": .string(name), "labels": .object(labels)]
    header["description"] = annotations[Self.descriptionAnnotation]
    var resource: JSONValue = [
      "kind": .string(schema.kind), "version": .string(version.teleportVersion),
      "metadata": .object(header), "spec": spec.isNull ? [:] : spec,
    ]
    resource["sub_kind"] = customResource.subKind.map { .string($0) }

    do throws(SchemaError) {
      let encoding = try schema.encoding(of: resource)
      guard issues.isEmpty else { throw SchemaError(issues) }
      bytes = encoding.bytes
      warnings = encoding.warnings
    } catch {
      throw SchemaError(issues + error.issues.filter { !issues.contains($0) })
    }
    self.schema = schema
    self.version = version
    self.name = name
  }

  /// Reads a whole manifest.
  public init(manifest: JSONValue) throws(SchemaError) {
    guard manifest.object != nil else {
      throw SchemaError([SchemaIssue(.wrongType, at: "", "expected a manifest")])
    }
    var issues: [SchemaIssue] = []
    for field in ["apiVersion", "kind"] where manifest[field]?.string == nil {
      issues.append(SchemaIssue(.missingField, at: field, "must be set to a string"))
    }
    let known = ["apiVersion", "kind", "metadata", "spec", "status"]
    for field in (manifest.object ?? [:]).keys.sorted() where !known.contains(field) {
      let suggestion = Suggestion.text(field, known)
      issues.append(SchemaIssue(.unknownField, at: field, "unknown field" + suggestion))
    }
    do throws(SchemaError) {
      let resource = try DeclaredResource(
        apiVersion: manifest["apiVersion"]?.string ?? "", kind: manifest["kind"]?.string ?? "",
        metadata: manifest["metadata"] ?? [:], spec: manifest["spec"] ?? [:])
      guard issues.isEmpty else { throw SchemaError(issues) }
      self = resource
    } catch {
      throw SchemaError(issues + error.issues.filter { !issues.contains($0) })
    }
  }

  private static let kinds = Dictionary(
    uniqueKeysWithValues: ResourceSchema.standard.flatMap { schema in
      schema.customResources.map { ($0.kind, (schema, $0)) }
    })

  private static func kind(
    apiVersion: String, kind: String
  ) throws(SchemaError) -> (ResourceSchema, CustomResourceSchema, CustomResourceSchema.Version) {
    guard let (schema, customResource) = kinds[kind] else {
      let names = kinds.keys.sorted()
      let message = "'\(kind)' is not a kind of this operator" + Suggestion.text(kind, names)
      throw SchemaError([SchemaIssue(.unsupportedKind, at: "kind", message)])
    }
    let parts = apiVersion.split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.count == 2, parts[0] == CustomResourceSchema.group,
      let version = customResource.version(parts[1])
    else {
      let accepted = customResource.versions.map { "\(CustomResourceSchema.group)/\($0.name)" }
      let message =
        "'\(apiVersion)' is not a version of \(kind); use \(accepted.joined(separator: " or "))"
      throw SchemaError([SchemaIssue(.unsupportedKind, at: "apiVersion", message)])
    }
    return (schema, customResource, version)
  }

  private static func strings(
    _ value: JSONValue?, at path: String, _ issues: inout [SchemaIssue]
  ) -> [String: JSONValue] {
    guard let value, !value.isNull else { return [:] }
    guard let members = value.object else {
      issues.append(
        SchemaIssue(.wrongType, at: path, "expected an object, found \(value.typeName)"))
      return [:]
    }
    for (key, value) in members.sorted(by: { $0.key < $1.key }) where value.string == nil {
      let path = FieldPath(text: path).appending(key).text
      issues.append(
        SchemaIssue(.wrongType, at: path, "expected a string, found \(value.typeName)"))
    }
    return members.filter { $0.value.string != nil }
  }
}
