import Documents

extension Schema {
  /// Everything that is wrong with `value`, in a fixed order.
  func problems(in value: JSONValue, at path: String = "") -> [FieldProblem] {
    if value.isNull && isNullable { return [] }
    var problems: [FieldProblem] = []
    if let problem = typeProblem(value, at: path) { return [problem] }
    problems += limits.problems(in: value, at: path)
    switch value {
    case .object(let members): problems += memberProblems(members, at: path)
    case .array(let elements): problems += elementProblems(elements, at: path)
    default: break
    }
    return problems + junctorProblems(value, at: path)
  }

  private func typeProblem(_ value: JSONValue, at path: String) -> FieldProblem? {
    let actual = value.schemaType
    let field = path.isEmpty ? "<nil>" : path
    if isIntOrString {
      if actual == "integer" || actual == "string" { return nil }
      return .type(field, actual: actual, expected: "integer,string")
    }
    guard let type else { return nil }
    if type == actual || (type == "number" && actual == "integer") { return nil }
    if type == "integer", case .number(let number) = value, number == number.rounded() {
      return nil
    }
    return .type(field, actual: actual, expected: type)
  }

  private func memberProblems(_ members: [String: JSONValue], at path: String) -> [FieldProblem] {
    var problems: [FieldProblem] = []
    for name in required where members[name] == nil {
      problems.append(.required(path.appending(field: name)))
    }
    for (name, value) in members.sorted(by: { $0.key < $1.key }) {
      guard let schema = member(name) else { continue }
      let place =
        properties[name] == nil ? path.appending(key: name) : path.appending(field: name)
      problems += schema.problems(in: value, at: place)
    }
    return problems
  }

  private func elementProblems(_ elements: [JSONValue], at path: String) -> [FieldProblem] {
    var problems: [FieldProblem] = []
    if let items {
      for (index, element) in elements.enumerated() {
        problems += items.problems(in: element, at: path.appending(index: index))
      }
    }
    guard listType != .atomic else { return problems }
    var seen: Set<JSONValue> = []
    for (index, element) in elements.enumerated() {
      let identity = listType == .map ? identity(of: element) : element
      if !seen.insert(identity).inserted {
        problems.append(.duplicate(path.appending(index: index), identity))
      }
    }
    return problems
  }

  /// The members of a list element that tell it from its siblings.
  func identity(of element: JSONValue) -> JSONValue {
    var identity: [String: JSONValue] = [:]
    for key in listKeys {
      identity[key] = element[key] ?? items?.properties[key]?.defaultValue
    }
    return .object(identity)
  }

  private func junctorProblems(_ value: JSONValue, at path: String) -> [FieldProblem] {
    var problems = allOf.flatMap { $0.problems(in: value, at: path) }
    let field = path.isEmpty ? "<nil>" : path
    if !anyOf.isEmpty, !anyOf.contains(where: { $0.problems(in: value, at: path).isEmpty }) {
      problems.append(
        .invalid(field, value, "\(path) in body must validate at least one schema (anyOf)"))
    }
    if !oneOf.isEmpty {
      let valid = oneOf.count { $0.problems(in: value, at: path).isEmpty }
      if valid != 1 {
        problems.append(
          .invalid(
            field, value,
            "\(path) in body must validate one and only one schema (oneOf). "
              + (valid == 0 ? "Found none valid" : "Found \(valid) valid alternatives")))
      }
    }
    if let not, not.problems(in: value, at: path).isEmpty {
      problems.append(.invalid(field, value, "\(path) in body must not validate the schema (not)"))
    }
    return problems
  }
}

/// Field paths as kube-apiserver writes them.
extension String {
  func appending(field: String) -> String { isEmpty ? field : "\(self).\(field)" }
  func appending(key: String) -> String { isEmpty ? key : "\(self).\(key)" }
  func appending(index: Int) -> String { "\(self)[\(index)]" }
}
