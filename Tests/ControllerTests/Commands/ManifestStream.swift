import Documents

/// Manifests as a stream of documents.
func manifestStream(_ manifests: [JSONValue]) -> String {
  manifests.map { "---\n" + $0.yamlText() }.joined()
}
