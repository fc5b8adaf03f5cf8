import Documents

extension ValuePacker {
  /// Packs metadata, but for what `PackedSections` and `PackedObject.Origin` hold.
  mutating func pack(_ metadata: ObjectMeta, _ table: inout TextTable.Content) {
    var annotations = metadata.annotations
    annotations[DeclaredVersion.lastApplied] = nil
    pack(metadata.generation)
    pack(metadata.generateName, &table)
    pack(metadata.creationTimestamp, &table)
    pack(metadata.deletionTimestamp, &table)
    pack(metadata.labels, &table)
    pack(annotations, &table)
    pack(metadata.finalizers, &table)
    let owners = JSONValue.array(metadata.ownerReferences.map(\.document)).jsonBytes
    pack(checked: owners, 0..<owners.count, &table)
  }

  /// Packs a part of a text that a reader has passed over.
  mutating func pack(checked text: [UInt8], _ part: Range<Int>, _ table: inout TextTable.Content) {
    var reader = JSONReader(validated: text, part)
    // What was passed over is well-formed.
    try? pack(&reader, &table)
  }
}

extension ObjectMeta {
  init(_ unpacker: inout ValueUnpacker) {
    self.init()
    generation = unpacker.value().integer ?? 0
    generateName = unpacker.value().string
    creationTimestamp = unpacker.value().string
    deletionTimestamp = unpacker.value().string
    labels = unpacker.value().object?.compactMapValues(\.string) ?? [:]
    annotations = unpacker.value().object?.compactMapValues(\.string) ?? [:]
    finalizers = unpacker.value().array?.compactMap(\.string) ?? []
    ownerReferences = unpacker.value().array?.map(OwnerReference.init) ?? []
  }
}

extension OwnerReference {
  fileprivate init(_ document: JSONValue) {
    self.init(
      apiVersion: document["apiVersion"]?.string ?? "", kind: document["kind"]?.string ?? "",
      name: document["name"]?.string ?? "", uid: document["uid"]?.string ?? "",
      controller: document["controller"]?.bool,
      blockOwnerDeletion: document["blockOwnerDeletion"]?.bool)
  }
}
