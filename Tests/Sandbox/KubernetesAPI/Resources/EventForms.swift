import Documents

extension Resource {
  /// The events of the core group, as `events.k8s.io/v1` shows them.
  static let newEvents: Resource = {
    let declared = Node.resource([
      "regarding": Node.objectReference, "related": Node.objectReference,
      "reason": Node.string, "note": Node.string, "type": Node.string, "action": Node.string,
      "reportingController": Node.string, "reportingInstance": Node.string,
      "eventTime": Node.microTime, "deprecatedCount": Node.integer,
      "deprecatedSource": Node.object(["component": Node.string, "host": Node.string]),
      "deprecatedFirstTimestamp": Node.time, "deprecatedLastTimestamp": Node.time,
      "series": Node.object(["count": Node.integer, "lastObservedTime": Node.microTime]),
    ])
    return Resource(
      id: GroupResource(group: EventForms.group, plural: "events"), kind: "Event",
      listKind: "EventList", singular: "event", shortNames: ["ev"], isNamespaced: true,
      rules: .init(allowsCreateOnUpdate: true),
      versions: [
        .init(
          name: "v1", schema: Schema(declared),
          columns: BuiltIns.events.versions.first?.columns ?? [], hasStatus: false,
          declared: declared)
      ], storageVersion: "v1")
  }()
}

/// The two forms of one event: the core one, which is stored, and that of `events.k8s.io`.
enum EventForms {
  static let group = "events.k8s.io"

  /// Core name and `events.k8s.io` name of the fields that are called differently.
  private static let names = [
    ("involvedObject", "regarding"), ("message", "note"),
    ("reportingComponent", "reportingController"), ("count", "deprecatedCount"),
    ("source", "deprecatedSource"), ("firstTimestamp", "deprecatedFirstTimestamp"),
    ("lastTimestamp", "deprecatedLastTimestamp"),
  ]

  static func new(fromCore event: JSONValue) -> JSONValue {
    var event = renamed(event, names, apiVersion: "\(group)/v1")
    for field in ["reportingController", "reportingInstance"] where event[field] == "" {
      event[field] = nil
    }
    return event
  }

  /// A core event with the members that are there even if nobody set them.
  static func completed(_ event: JSONValue) -> JSONValue {
    var event = event
    for field in ["reportingComponent", "reportingInstance"] where event[field] == nil {
      event[field] = ""
    }
    for field in ["eventTime", "firstTimestamp", "lastTimestamp"] where event[field] == nil {
      event[field] = .null
    }
    if event["source"] == nil { event["source"] = [:] }
    return event
  }

  static func core(fromNew event: JSONValue) -> JSONValue {
    completed(renamed(event, names.map { ($0.1, $0.0) }, apiVersion: "v1"))
  }

  private static func renamed(
    _ event: JSONValue, _ names: [(String, String)], apiVersion: String
  ) -> JSONValue {
    guard var members = event.object else { return event }
    for (old, new) in names { members[new] = members.removeValue(forKey: old) }
    members["apiVersion"] = .string(apiVersion)
    return .object(members)
  }
}
