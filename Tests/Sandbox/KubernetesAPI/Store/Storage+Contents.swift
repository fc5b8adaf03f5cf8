import Documents

/// What a real cluster's namespace and definition controllers do: containers go once they are empty.
extension Storage {
  static let definitionFinalizer: JSONValue = "customresourcecleanup.apiextensions.k8s.io"

  /// Deletes what is inside a namespace, or under a definition, that was just marked for deletion.
  func deleteContents(of container: JSONValue, _ id: GroupResource) {
    if id == .namespaces {
      for resource in catalog.resources.values where resource.isNamespaced {
        let prefix = container.name + "/"
        delete(table(resource.id).keys.filter { $0.path.hasPrefix(prefix) }, of: resource)
      }
    } else if id == .customResourceDefinitions, let resource = Resource(definition: container) {
      delete(table(resource.id).keys, of: resource)
    }
  }

  private func delete(_ keys: [ObjectKey], of resource: Resource) {
    for key in keys {
      guard let object = object(key, of: resource.id),
        let outcome = try? DeletionRequest().plan(on: object.value, resource: resource, now: now)
      else { continue }
      switch outcome.effect {
      case .remove: commit(nil, at: key, of: resource.id)
      case .update: commit(outcome.object, at: key, of: resource.id)
      case .none, .create: break
      }
    }
  }

  /// Lets go of containers that wait for deletion and have become empty.
  func settle(after id: GroupResource) {
    for key in table(.namespaces).keys {
      guard let namespace = object(key, of: .namespaces), namespace.value.isBeingDeleted,
        isEmpty(namespace: key.name)
      else { continue }
      commit(nil, at: key, of: .namespaces)
    }
    for key in table(.customResourceDefinitions).keys {
      guard let definition = object(key, of: .customResourceDefinitions),
        definition.value.isBeingDeleted, let resource = Resource(definition: definition.value),
        table(resource.id).count == 0
      else { continue }
      let own = definition.value[["metadata", "finalizers"]]?.array ?? []
      let left = own.filter { $0 != Self.definitionFinalizer }
      guard left.count < own.count || left.isEmpty else { continue }
      if left.isEmpty {
        commit(nil, at: key, of: .customResourceDefinitions)
      } else {
        var value = definition.value
        value["metadata"]?["finalizers"] = .array(left)
        commit(value, at: key, of: .customResourceDefinitions)
      }
    }
  }

  private func isEmpty(namespace: String) -> Bool {
    let start = ObjectKey(path: namespace + "/")
    return catalog.resources.values.filter(\.isNamespaced).allSatisfy { resource in
      let table = table(resource.id)
      let index = table.firstIndex(notBefore: start)
      return index >= table.count || !table.keys[index].path.hasPrefix(start.path)
    }
  }
}

extension JSONValue {
  var isBeingDeleted: Bool { self[["metadata", "deletionTimestamp"]] != nil }
}
