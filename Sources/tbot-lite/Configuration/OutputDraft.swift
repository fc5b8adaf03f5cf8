import Documents
import Operations

/// An output as somebody asked for it, before it is known what the join method permits.
struct OutputDraft: Sendable {
  /// What to call it in a message.
  let place: String
  /// Where its destination stands, for messages.
  let destinationPlace: String
  let name: String?
  let format: Output.Format
  let destination: Destination
  let roles: (names: [String], place: String)?
  let certificateTTL: (value: Duration, place: String)?
  let writesSSHConfig: Bool

  init(
    place: String, destinationPlace: String? = nil, name: String? = nil, format: Output.Format,
    destination: Destination, roles: (names: [String], place: String)? = nil,
    certificateTTL: (value: Duration, place: String)? = nil, writesSSHConfig: Bool = true
  ) {
    self.place = place
    self.destinationPlace = destinationPlace ?? place
    self.name = name
    self.format = format
    self.destination = destination
    self.roles = roles
    self.certificateTTL = certificateTTL
    self.writesSSHConfig = writesSSHConfig && format == .identity
  }

  static let form =
    "identity:DIRECTORY, tls:DIRECTORY or kubernetes-secret:[NAMESPACE/]NAME"

  /// Reads an item of `--output`.
  init(option text: String, place: String) throws(InvalidOption) {
    guard let colon = text.firstIndex(of: ":") else {
      throw InvalidOption("\(place): '\(text)' is not \(Self.form)")
    }
    let target = String(text[text.index(after: colon)...])
    switch text[..<colon] {
    case "identity", "tls":
      guard let path = SettingForm.path(target) else {
        throw InvalidOption("\(place): '\(text)': '\(target)' is not \(SettingForm.directory)")
      }
      self.init(
        place: place, format: text.hasPrefix("tls") ? .tls : .identity,
        destination: .directory(path: path, access: .owner))
    case "kubernetes-secret":
      let parts = target.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      guard parts.count <= 2, let name = parts.last.flatMap(SettingForm.secretName) else {
        throw InvalidOption("\(place): '\(text)' is not kubernetes-secret:[NAMESPACE/]NAME")
      }
      let namespace = parts.count == 2 ? SettingForm.namespace(parts[0]) : nil
      if parts.count == 2, namespace == nil {
        throw InvalidOption("\(place): '\(text)': '\(parts[0])' is not \(SettingForm.namespace)")
      }
      self.init(
        place: place, format: .identity,
        destination: .kubernetesSecret(namespace: namespace, name: name))
    default:
      let formats = ["identity", "tls", "kubernetes-secret"]
      let nearest = Suggestion.text(String(text[..<colon]), formats)
      throw InvalidOption("\(place): '\(text)' is not \(Self.form)\(nearest)")
    }
  }
}
