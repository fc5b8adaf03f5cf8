/// A condition as kstatus and `kubectl wait` read it.
struct Condition: Hashable, Sendable {
  enum Status: String, Sendable {
    case yes = "True"
    case no = "False"
    case unknown = "Unknown"
  }

  let type: ConditionType
  let status: Status
  let reason: Reason
  let message: String

  /// Longer messages help nobody, and much longer ones the API server refuses with the whole status.
  static let maximumMessage = 1024

  var shortened: Condition {
    guard message.count > Self.maximumMessage else { return self }
    let message = message.prefix(Self.maximumMessage - 1) + "…"
    return Condition(type: type, status: status, reason: reason, message: String(message))
  }
}

/// The conditions of every custom resource. All but `Ready` are the official operator's, with its meanings.
enum ConditionType: String, Sendable, CaseIterable {
  case ready = "Ready"
  case validStructure = "ValidStructure"
  case teleportResourceOwned = "TeleportResourceOwned"
  case successfullyReconciled = "SuccessfullyReconciled"
}

/// Why a condition is what it is: a closed list, because dashboards and alerts match on it.
enum Reason: String, Sendable, CaseIterable {
  // The official operator's.
  case noError = "NoError"
  case failedToDecode = "FailedToDecode"
  case originLabelMatching = "OriginLabelMatching"
  case originLabelNotMatching = "OriginLabelNotMatching"
  case newResource = "NewResource"
  case teleportError = "TeleportError"

  // Of Ready.
  case inSync = "InSync"
  case planned = "Planned"
  case ignored = "Ignored"
  case invalidSpec = "InvalidSpec"
  case secretUnavailable = "SecretUnavailable"
  case notOwned = "NotOwned"
  /// Another custom resource, here or in another cluster, owns it.
  case conflict = "Conflict"
  case drifted = "Drifted"
  case notApplied = "NotApplied"
  case unsupportedByServer = "UnsupportedByServer"
  case deletionBlocked = "DeletionBlocked"
  case deletionHeld = "DeletionHeld"
  case teleportUnreachable = "TeleportUnreachable"
  case permissionDenied = "PermissionDenied"
  case rejectedByTeleport = "RejectedByTeleport"
  case concurrentChange = "ConcurrentChange"
}
