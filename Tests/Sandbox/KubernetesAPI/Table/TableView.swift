import Documents
import FoundationEssentials

/// Objects as rows, for clients that ask for `as=Table`.
struct TableView: Sendable {
  /// How much of each object goes with its row.
  enum Inclusion: String, Sendable {
    case none = "None"
    case metadata = "Metadata"
    case object = "Object"
  }

  let resource: Resource
  let version: Resource.Version
  let inclusion: Inclusion
  let now: Date

  /// - Parameter showsColumns: false for all but the first event of a watch.
  func table(of objects: [JSONValue], metadata: JSONValue, showsColumns: Bool = true) -> JSONValue {
    [
      "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata,
      "columnDefinitions": showsColumns ? .array(columns) : .null,
      "rows": .array(objects.map(row)),
    ]
  }

  private var columns: [JSONValue] {
    version.columns.map { column in
      [
        "name": .string(column.name), "type": .string(column.type),
        "format": .string(column.name == "Name" ? "name" : column.format),
        "description": .string(column.description), "priority": .integer(column.priority),
      ]
    }
  }

  private func row(_ object: JSONValue) -> JSONValue {
    let cells =
      resource.rules.isCustom
      ? version.columns.map { cell($0, of: object) }
      : BuiltInCells.cells(of: object, resource: resource, now: now)
    var row: JSONValue = ["cells": .array(cells)]
    switch inclusion {
    case .none: row["object"] = .null
    case .object: row["object"] = object
    case .metadata: row["object"] = PartialMetadata.object(object)
    }
    return row
  }

  private func cell(_ column: PrinterColumn, of object: JSONValue) -> JSONValue {
    guard let path = column.path else { return .string(object.name) }
    let values = path.values(in: object)
    guard let first = values.first, !first.isNull else { return .null }
    switch column.type {
    case "date": return .string(Age.text(since: first.string, now: now))
    case "integer":
      if case .number(let number) = first { return .integer(Int64(number)) }
      return first.integer == nil ? .null : first
    case "number", "boolean": return first
    default:
      if values.count == 1 { return .string(Self.text(first)) }
      return .string(values.map(Self.text).joined(separator: ","))
    }
  }

  private static func text(_ value: JSONValue) -> String { value.string ?? value.jsonText }
}

/// Objects without anything but their metadata.
enum PartialMetadata {
  static func object(_ object: JSONValue) -> JSONValue {
    [
      "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1",
      "metadata": object["metadata"] ?? [:],
    ]
  }
}
