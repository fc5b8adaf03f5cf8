import Documents
import FoundationEssentials

/// One context, cluster or user of a kubeconfig, as the thing that errors speak of.
struct KubeconfigEntry {
  let kind: String
  let name: String
  let entry: Kubeconfig.Entry
  let files: FileAccess

  /// `cluster "kind" in /root/.kube/config`, for messages.
  var place: String { "\(kind) \"\(name)\" in \(entry.file)" }

  /// A non-empty string field; nil where it is absent.
  func string(_ field: String) throws(ConfigurationError) -> String? {
    guard let value = entry.fields[field], !value.isNull else { return nil }
    guard let text = value.string else {
      throw ConfigurationError(
        .malformed, "\(place): `\(field)` is \(value.typeName)", remedy: "make it a string")
    }
    return text.isEmpty ? nil : text
  }

  func bool(_ field: String) throws(ConfigurationError) -> Bool {
    guard let value = entry.fields[field], !value.isNull else { return false }
    guard let flag = value.bool else {
      throw ConfigurationError(
        .malformed, "\(place): `\(field)` is \(value.typeName)", remedy: "make it true or false")
    }
    return flag
  }

  /// The PEM text of `FIELD-data`, or else of the file that `FIELD` names.
  func pem(_ field: String) throws(ConfigurationError) -> String? {
    if let encoded = try string("\(field)-data") {
      guard let data = Data(base64Encoded: encoded, options: .ignoreUnknownCharacters),
        !data.isEmpty
      else {
        throw ConfigurationError(
          .malformed, "\(place): `\(field)-data` is not base64",
          remedy: "encode the PEM text, or name a file in `\(field)`")
      }
      return String(decoding: data, as: UTF8.self)
    }
    guard let path = try path(field) else { return nil }
    return try read(path, for: field)
  }

  /// The path in a field, resolved against the folder of the kubeconfig.
  func path(_ field: String) throws(ConfigurationError) -> String? {
    guard let path = try string(field) else { return nil }
    if path.hasPrefix("/") { return path }
    guard let slash = entry.file.lastIndex(of: "/") else { return path }
    return entry.file[...slash] + path
  }

  private func read(_ path: String, for field: String) throws(ConfigurationError) -> String {
    do {
      return String(decoding: try files.read(path), as: UTF8.self)
    } catch {
      let reason =
        switch error {
        case .missing: "which does not exist"
        case .unreadable(let reason): "but \(reason)"
        }
      throw ConfigurationError(
        .unreadable, "\(place): `\(field)` names \(path), \(reason)",
        remedy: "correct the path or embed the text as `\(field)-data`")
    }
  }
}
