import Documents

/// Something worth telling about an object, as `kubectl describe` shows it.
public struct EventNote: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable {
    case normal = "Normal"
    case warning = "Warning"
  }

  /// The object that it is about.
  public struct Subject: Hashable, Sendable {
    public var apiVersion: String
    public var kind: String
    public var key: ObjectKey
    public var uid: String

    public init(apiVersion: String, kind: String, key: ObjectKey, uid: String) {
      self.apiVersion = apiVersion
      self.kind = kind
      self.key = key
      self.uid = uid
    }

    public init(_ object: KubernetesObject) {
      self.init(
        apiVersion: object.apiVersion, kind: object.kind, key: object.key, uid: object.metadata.uid)
    }
  }

  public var subject: Subject
  public var kind: Kind
  /// One word in UpperCamelCase that machines may match.
  public var reason: String
  /// For people. Cut at 1,024 bytes, the server takes no more.
  public var message: String

  public init(_ kind: Kind, _ reason: String, _ message: String, about subject: Subject) {
    self.subject = subject
    self.kind = kind
    self.reason = reason
    self.message = message
  }
}

extension EventNote {
  /// Events about objects without a namespace live in this one.
  var namespace: String { subject.key.namespace ?? "default" }

  func event(named name: String, count: Int, first: String, last: String, component: String)
    -> KubernetesObject
  {
    var regarding: JSONValue = [
      "apiVersion": .string(subject.apiVersion), "kind": .string(subject.kind),
      "name": .string(subject.key.name), "uid": .string(subject.uid),
    ]
    if let namespace = subject.key.namespace { regarding["namespace"] = .string(namespace) }
    return KubernetesObject(
      apiVersion: "v1", kind: "Event", metadata: ObjectMeta(name: name, namespace: namespace),
      body: [
        "involvedObject": regarding, "type": .string(kind.rawValue), "reason": .string(reason),
        "message": .string(message.prefix(utf8Bytes: 1024)),
        "firstTimestamp": .string(first), "lastTimestamp": .string(last),
        "count": .integer(Int64(count)), "source": ["component": .string(component)],
        "reportingComponent": .string(component), "reportingInstance": "",
      ])
  }
}

extension String {
  /// As many whole characters as fit.
  func prefix(utf8Bytes limit: Int) -> String {
    if utf8.count <= limit { return self }
    var room = limit
    let end = indices.first { index in
      room -= self[index].utf8.count
      return room < 0
    }
    return String(self[..<(end ?? endIndex)])
  }
}
