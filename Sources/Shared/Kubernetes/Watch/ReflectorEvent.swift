/// What a reflector tells of the objects that it follows.
public enum ReflectorEvent: Sendable {
  /// The objects are listed anew. What is known stays valid until `synced`.
  case restarted
  /// A part of the list.
  case page([PackedObject])
  /// The list is complete: what was on no page since `restarted` does not exist.
  case synced
  /// The object was created or changed. It can be one that is already known.
  case applied(PackedObject)
  /// The object is gone; this was its last state.
  case deleted(PackedObject)
}

/// How a reflector is doing.
public enum ReflectorState: Hashable, Sendable {
  /// The objects are being listed for the first time.
  case starting
  /// Changes arrive as they happen.
  case live
  /// The server cannot be reached or fails; what is known may be out of date.
  case retrying(KubernetesError.Code)
  /// The server does not have the resource: the CRD is missing. Asked again from time to time.
  case notServed
  /// The right to list or to watch is missing. Asked again from time to time.
  case forbidden
}
