import Documents

extension ObjectMeta {
  init(_ reader: inout JSONReader) throws(DocumentError) {
    self.init()
    var owners: [DeclaredVersion.Owner] = []
    try reader.object(of: "metadata") { reader, member throws(DocumentError) in
      switch member {
      case "name": name = try reader.string(of: "metadata.name") ?? ""
      case "generateName": generateName = try reader.string(of: "metadata.generateName")
      case "namespace": namespace = try reader.string(of: "metadata.namespace")
      case "uid": uid = try reader.string(of: "metadata.uid") ?? ""
      case "resourceVersion":
        resourceVersion = try reader.string(of: "metadata.resourceVersion") ?? ""
      case "generation": generation = try reader.integer(of: "metadata.generation") ?? 0
      case "creationTimestamp":
        creationTimestamp = try reader.string(of: "metadata.creationTimestamp")
      case "deletionTimestamp":
        deletionTimestamp = try reader.string(of: "metadata.deletionTimestamp")
      case "labels": labels = try reader.texts(of: "metadata.labels")
      case "annotations": annotations = try reader.texts(of: "metadata.annotations")
      case "finalizers":
        try reader.list(of: "metadata.finalizers") { reader throws(DocumentError) in
          finalizers.append(try reader.string(of: "metadata.finalizers") ?? "")
        }
      case "ownerReferences":
        try reader.list(of: "metadata.ownerReferences") { reader throws(DocumentError) in
          ownerReferences.append(try OwnerReference(&reader))
        }
      case "managedFields":
        try reader.list(of: "metadata.managedFields") { reader throws(DocumentError) in
          owners.append(try DeclaredVersion.Owner(&reader))
        }
      default: try reader.skipValue()
      }
    }
    declaredAPIVersion = DeclaredVersion.find(owners: owners, annotations: annotations)
  }

  /// As it is sent to a server.
  var document: JSONValue {
    var members: [String: JSONValue] = [:]
    let optional: [(String, String?)] = [
      ("generateName", generateName), ("namespace", namespace),
      ("creationTimestamp", creationTimestamp), ("deletionTimestamp", deletionTimestamp),
    ]
    for (name, text) in optional { members[name] = text.map { .string($0) } }
    for (name, text) in [("name", name), ("uid", uid), ("resourceVersion", resourceVersion)]
    where !text.isEmpty { members[name] = .string(text) }
    if generation != 0 { members["generation"] = .integer(generation) }
    for (name, texts) in [("labels", labels), ("annotations", annotations)] where !texts.isEmpty {
      members[name] = .object(texts.mapValues { .string($0) })
    }
    if !finalizers.isEmpty { members["finalizers"] = .array(finalizers.map { .string($0) }) }
    if !ownerReferences.isEmpty {
      members["ownerReferences"] = .array(ownerReferences.map(\.document))
    }
    return .object(members)
  }
}

extension OwnerReference {
  fileprivate init(_ reader: inout JSONReader) throws(DocumentError) {
    self.init(apiVersion: "", kind: "", name: "", uid: "")
    let path = "metadata.ownerReferences"
    try reader.object(of: path) { reader, member throws(DocumentError) in
      switch member {
      case "apiVersion": apiVersion = try reader.string(of: path) ?? ""
      case "kind": kind = try reader.string(of: path) ?? ""
      case "name": name = try reader.string(of: path) ?? ""
      case "uid": uid = try reader.string(of: path) ?? ""
      case "controller": controller = try reader.bool(of: path)
      case "blockOwnerDeletion": blockOwnerDeletion = try reader.bool(of: path)
      default: try reader.skipValue()
      }
    }
  }

  var document: JSONValue {
    var members: [String: JSONValue] = [
      "apiVersion": .string(apiVersion), "kind": .string(kind), "name": .string(name),
      "uid": .string(uid),
    ]
    members["controller"] = controller.map { .bool($0) }
    members["blockOwnerDeletion"] = blockOwnerDeletion.map { .bool($0) }
    return .object(members)
  }
}
