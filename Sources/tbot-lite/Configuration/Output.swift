/// Something that each renewal publishes.
struct Output: Hashable, Sendable {
  enum Format: String, Sendable, CaseIterable {
    /// All of tbot's files: PEM files, SSH files and the combined `identity`.
    case identity
    /// `tls.key`, `tls.crt` and `tls.cas`.
    case tls
  }

  /// For logs and metrics; no two outputs have the same. `identity:/path` unless the file gives it another.
  let name: String
  let format: Format
  let destination: Destination
  /// Which of the bot's roles to ask for; nil for all. Always nil for local-admin.
  let roles: [String]?
  let certificateTTL: Duration
  /// Whether `known_hosts` and, in a directory, `ssh_config` are written. Always false for format tls.
  let writesSSHConfig: Bool
}

/// Where an output goes.
enum Destination: Hashable, Sendable {
  case directory(path: String, access: FileAccessSetting)
  /// Without a namespace: the pod's own.
  case kubernetesSecret(namespace: String?, name: String)
}

/// Who may read the files of a directory.
enum FileAccessSetting: Hashable, Sendable {
  /// Files 0600 in directories of 0700.
  case owner
  /// Files 0640 in directories of 0750, of this group: a name or a number.
  case group(String)
}

extension Output {
  static func defaultName(_ format: Format, _ destination: Destination) -> String {
    switch destination {
    case .directory(let path, _): "\(format.rawValue):\(path)"
    case .kubernetesSecret(let namespace, let name):
      "\(format.rawValue):kubernetes-secret/" + (namespace.map { $0 + "/" } ?? "") + name
    }
  }
}
