/// Who may read what is published. Others never may.
public enum FileAccess: Sendable, Equatable {
  /// Files 0600 in directories 0700.
  case owner
  /// Files 0640 in directories 0750 that belong to this group: for a reader with another user ID.
  case group(UInt32)

  public var fileMode: UInt32 { self == .owner ? 0o600 : 0o640 }
  public var directoryMode: UInt32 { self == .owner ? 0o700 : 0o750 }
}
