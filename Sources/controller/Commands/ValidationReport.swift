import Documents
import FoundationEssentials
import TeleportSchema

/// Prints what `validate` finds, as it finds it.
struct ValidationReport {
  let format: ValidateCommand.Format
  private var valid = 0
  private var invalid = 0
  private var skipped = 0

  init(format: ValidateCommand.Format) { self.format = format }

  var isFailure: Bool { invalid > 0 }

  mutating func add(_ failure: ManifestSource.Failure) {
    invalid += 1
    switch format {
    case .text: line(failure.file, nil, "error", .red, failure.description)
    case .json: object(["file": .string(failure.file), "error": .string(failure.description)])
    case .wire:
      object(["kind": "", "name": "", "error": .string("\(failure.file): \(failure.description)")])
    }
  }

  mutating func add(_ manifest: Manifest) {
    // In wire output every manifest has its line.
    guard manifest.isOurs || format == .wire else {
      skipped += 1
      return
    }
    do throws(SchemaError) {
      let resource = try DeclaredResource(manifest: manifest.document)
      valid += 1
      accept(manifest, resource)
    } catch {
      invalid += 1
      reject(manifest, error.issues)
    }
  }

  /// A summary for people, on standard error so that the output stays clean.
  func finish() {
    guard format == .text else { return }
    let rest = skipped > 0 ? ", \(skipped) of other kinds passed over" : ""
    Output.printError("\(valid) valid, \(invalid) invalid\(rest)")
  }

  private func accept(_ manifest: Manifest, _ resource: DeclaredResource) {
    switch format {
    case .text:
      for warning in resource.warnings {
        line(place(manifest), title(manifest), "warning", .yellow, warning.description)
      }
      if resource.warnings.isEmpty { line(place(manifest), title(manifest), "ok", .green, "") }
    case .json:
      object(common(manifest).merging(["valid": true, "issues": issues(resource.warnings)]) { $1 })
    case .wire:
      let wire = Data(resource.bytes).base64EncodedString()
      object(names(manifest).merging(["wire": .string(wire)]) { $1 })
    }
  }

  private func reject(_ manifest: Manifest, _ found: [SchemaIssue]) {
    switch format {
    case .text:
      for issue in found {
        line(place(manifest), title(manifest), "error", .red, issue.description)
      }
    case .json:
      object(common(manifest).merging(["valid": false, "issues": issues(found)]) { $1 })
    case .wire:
      let error = SchemaError(found).description
      object(names(manifest).merging(["error": .string(error)]) { $1 })
    }
  }

  // MARK: - Forms

  private func line(
    _ place: String, _ title: String?, _ word: String, _ colour: Output.Colour, _ text: String
  ) {
    let shown = Output.coloured(word, colour)
    let rest = [title ?? "", text].filter { !$0.isEmpty }.joined(separator: ": ")
    Output.print("\(place): \(shown): \(rest)")
  }

  private func object(_ members: [String: JSONValue]) {
    Output.print(JSONValue.object(members).jsonText)
  }

  private func place(_ manifest: Manifest) -> String { "\(manifest.file):\(manifest.line)" }

  private func title(_ manifest: Manifest) -> String {
    let names = names(manifest)
    return "\(names["kind"]?.string ?? "")/\(names["name"]?.string ?? "")"
  }

  private func names(_ manifest: Manifest) -> [String: JSONValue] {
    [
      "kind": .string(manifest.document["kind"]?.string ?? ""),
      "name": .string(manifest.document[["metadata", "name"]]?.string ?? ""),
    ]
  }

  private func common(_ manifest: Manifest) -> [String: JSONValue] {
    names(manifest).merging([
      "file": .string(manifest.file), "line": .integer(Int64(manifest.line)),
    ]) { $1 }
  }

  private func issues(_ issues: [SchemaIssue]) -> JSONValue {
    .array(
      issues.map {
        [
          "code": .string($0.code.rawValue), "path": .string($0.path),
          "message": .string($0.message),
        ]
      })
  }
}
