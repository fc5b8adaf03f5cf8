import Glibc

extension DirectoryPublisher {
  /// Whether the open directory may hold secrets: nobody but its owner, and the group that was asked for, has any
  /// business in it.
  ///
  /// - Parameter isPrepared: whether group and mode have been set already.
  func check(
    _ root: borrowing OpenDirectory, isPrepared: Bool
  ) throws(CredentialsError) {
    let status = try root.status()
    let mode = status.mode & 0o777
    let octal = "0" + String(mode, radix: 8)
    let wayOut =
      "chmod \(access == .owner ? "0700" : "0750") it, or choose a folder inside the volume"
    let user = geteuid()
    guard status.owner == user || status.owner == 0 else {
      throw CredentialsError(
        .inaccessible,
        "\(path) belongs to user \(status.owner), and this is user \(user); choose a directory of its own"
      )
    }
    // Sticky bits do not help: a file that others can create, others can also name first.
    guard mode & 0o007 == 0 else {
      throw CredentialsError(
        .inaccessible, "\(path) is open to everybody (mode \(octal)); \(wayOut)")
    }
    switch access {
    case .owner:
      guard mode & 0o070 == 0 else {
        throw CredentialsError(
          .inaccessible,
          "\(path) is open to its group \(status.group) (mode \(octal)); \(wayOut), or name the group that may read"
        )
      }
    case .group(let group):
      guard mode & 0o020 == 0 else {
        throw CredentialsError(
          .inaccessible,
          "\(path) can be written by its group \(status.group) (mode \(octal)); \(wayOut)")
      }
      if status.group == group && mode == access.directoryMode { return }
      guard status.owner == user, !isPrepared else {
        throw CredentialsError(
          .inaccessible,
          "\(path) is not readable for group \(group): it has mode \(octal) and group \(status.group); \(wayOut)"
        )
      }
      try root.apply(access.directoryMode, access, to: root.descriptor)
    }
  }
}
