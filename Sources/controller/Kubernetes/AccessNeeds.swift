import Kubernetes

/// What the controller has to be allowed to do, and what to say when it is not. Pure.
struct AccessNeeds: Sendable {
  /// What one rule of a Role grants.
  struct Rule: Hashable, Sendable {
    let resource: GroupVersionResource
    var subresource: String?
    let verbs: [String]

    /// As a rule names it.
    var resourceName: String {
      subresource.map { "\(resource.resource)/\($0)" } ?? resource.resource
    }
  }

  /// Rules that belong together: they are missing together, and one line of the log tells of it.
  struct Permission: Hashable, Sendable {
    let purpose: String
    /// nil for all namespaces.
    let namespace: String?
    let rules: [Rule]

    var questions: [AccessQuestion] {
      rules.flatMap { rule in
        rule.verbs.map {
          AccessQuestion(
            $0, rule.resource, subresource: rule.subresource, namespace: namespace)
        }
      }
    }

    /// What stays of the permission when the questions in `refused` are answered with no; nil where all is granted.
    func missing(_ refused: Set<AccessQuestion>) -> Permission? {
      let rules = rules.compactMap { rule -> Rule? in
        let verbs = rule.verbs.filter {
          refused.contains(
            AccessQuestion(
              $0, rule.resource, subresource: rule.subresource, namespace: namespace))
        }
        return verbs.isEmpty
          ? nil : Rule(resource: rule.resource, subresource: rule.subresource, verbs: verbs)
      }
      return rules.isEmpty ? nil : Permission(purpose: purpose, namespace: namespace, rules: rules)
    }
  }

  /// What is needed in each namespace that is looked after.
  let watching: [Permission]
  let leading: Permission

  var permissions: [Permission] { watching + [leading] }

  /// - Parameter home: the namespace of the Lease.
  init(scope: NamespaceScope, home: String, kinds: [WatchedKind] = WatchedKind.all) {
    watching = scope.reflected.flatMap { namespace in
      [
        Permission(
          purpose: "to follow custom resources and report on them", namespace: namespace,
          rules: kinds.flatMap { kind in
            [
              Rule(resource: kind.resource, verbs: ["list", "watch", "patch"]),
              Rule(resource: kind.resource, subresource: "status", verbs: ["patch"]),
            ]
          }),
        Permission(
          purpose: "to tell of changes by Events", namespace: namespace,
          rules: [Rule(resource: .events, verbs: ["create", "patch"])]),
      ]
    }
    leading = Permission(
      purpose: "to hold the Lease, without which nothing is done", namespace: home,
      rules: [Rule(resource: .leases, verbs: ["get", "create", "update"])])
  }
}

// MARK: - Saying it

extension AccessNeeds.Permission {
  private var place: String { namespace.map { "in namespace \($0)" } ?? "in all namespaces" }

  /// What it is about, to tell it from the others.
  var subject: String { "\(purpose) \(place)" }

  /// The missing permission as a line of the log.
  var shortfall: String {
    let role = namespace == nil ? "a ClusterRole" : "a Role \(place)"
    return "the service account lacks rights \(place), \(purpose); "
      + "\(role) with these rules would give them: \(rulesText)"
  }

  var granted: String { "the service account has the rights \(place) now, \(purpose)" }

  /// The rules, those with equal verbs as one.
  var merged: [(group: String, resources: [String], verbs: [String])] {
    var merged: [(group: String, resources: [String], verbs: [String])] = []
    for rule in rules {
      if let index = merged.firstIndex(where: {
        $0.group == rule.resource.group && $0.verbs == rule.verbs
      }) {
        merged[index].resources.append(rule.resourceName)
      } else {
        merged.append((rule.resource.group, [rule.resourceName], rule.verbs))
      }
    }
    return merged
  }

  /// The rules as YAML in one line: what to put under `rules:`.
  var rulesText: String {
    let texts = merged.map { rule in
      "{apiGroups: [\"\(rule.group)\"], resources: [\(rule.resources.joined(separator: ", "))], "
        + "verbs: [\(rule.verbs.joined(separator: ", "))]}"
    }
    return "[\(texts.joined(separator: ", "))]"
  }
}
