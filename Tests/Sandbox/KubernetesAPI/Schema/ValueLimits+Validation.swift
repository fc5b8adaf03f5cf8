import Documents

extension ValueLimits {
  func problems(in value: JSONValue, at path: String) -> [FieldProblem] {
    var problems: [FieldProblem] = []
    if let values, !values.contains(value) {
      problems.append(.unsupported(path, value, allowed: values))
    }
    switch value {
    case .string(let text):
      problems += [textProblem(text, at: path), formatProblem(text, at: path)].compactMap(\.self)
    case .integer, .number: problems += numberProblems(value, at: path)
    case .array(let elements): problems += listProblems(elements, at: path)
    case .object(let members):
      if let minProperties, members.count < minProperties {
        problems.append(
          .invalid(path, value, "\(path) in body should have at least \(minProperties) properties"))
      }
      if let maxProperties, members.count > maxProperties {
        problems.append(tooMany(path, count: members.count, limit: maxProperties))
      }
    default: break
    }
    return problems
  }

  /// The first thing wrong with a text; upstream does not look further either.
  private func textProblem(_ text: String, at path: String) -> FieldProblem? {
    let length = Int64(text.unicodeScalars.count)
    if let maxLength, length > maxLength {
      return FieldProblem(
        reason: .tooLong, field: path, message: "Too long: may not be more than \(maxLength) bytes")
    }
    if let minLength, length < minLength {
      return .invalid(
        path, .string(text), "\(path) in body should be at least \(minLength) chars long")
    }
    if let pattern, !text.matches(pattern) {
      return .invalid(path, .string(text), "\(path) in body should match '\(pattern)'")
    }
    return nil
  }

  private func formatProblem(_ text: String, at path: String) -> FieldProblem? {
    guard let format, !ValueFormat.accepts(text, as: format) else { return nil }
    return .invalid(path, .string(text), "\(path) in body must be of type \(format): \"\(text)\"")
  }

  private func numberProblems(_ value: JSONValue, at path: String) -> [FieldProblem] {
    guard let number = value.double else { return [] }
    var problems: [FieldProblem] = []
    if let minimum, excludesMinimum ? number <= minimum : number < minimum {
      let bound = excludesMinimum ? "greater than" : "greater than or equal to"
      problems.append(
        .invalid(path, value, "\(path) in body should be \(bound) \(goNumber(minimum))"))
    }
    if let maximum, excludesMaximum ? number >= maximum : number > maximum {
      let bound = excludesMaximum ? "less than" : "less than or equal to"
      problems.append(
        .invalid(path, value, "\(path) in body should be \(bound) \(goNumber(maximum))"))
    }
    if let multipleOf, multipleOf != 0 {
      let ratio = number / multipleOf
      if ratio != ratio.rounded() {
        problems.append(
          .invalid(path, value, "\(path) in body should be a multiple of \(goNumber(multipleOf))"))
      }
    }
    return problems
  }

  private func listProblems(_ elements: [JSONValue], at path: String) -> [FieldProblem] {
    var problems: [FieldProblem] = []
    if let minItems, elements.count < minItems {
      problems.append(
        .invalid(
          path, .integer(Int64(elements.count)),
          "\(path) in body should have at least \(minItems) items"))
    }
    if let maxItems, elements.count > maxItems {
      problems.append(tooMany(path, count: elements.count, limit: maxItems))
    }
    if hasUniqueItems, Set(elements).count != elements.count {
      problems.append(
        .invalid(path, .array(elements), "\(path) in body shouldn't contain duplicates"))
    }
    return problems
  }

  private func tooMany(_ path: String, count: Int, limit: Int64) -> FieldProblem {
    FieldProblem(
      reason: .tooMany, field: path,
      message: "Too many: \(count): must have at most \(limit) items")
  }

  private func goNumber(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e15 ? "\(Int64(number))" : "\(number)"
  }
}

extension String {
  /// Whether the expression is found in this text; one that cannot be read matches nothing.
  ///
  /// Such an expression is refused when a definition is stored, so that none gets here.
  func matches(_ pattern: String) -> Bool {
    guard let expression = try? Regex(pattern) else { return false }
    return firstMatch(of: expression) != nil
  }
}
