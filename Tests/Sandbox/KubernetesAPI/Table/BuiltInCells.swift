import Documents
import FoundationEssentials

/// The columns of built-in resources, which no definition describes.
enum BuiltInCells {
  static func cells(of object: JSONValue, resource: Resource, now: Date) -> [JSONValue] {
    let name = JSONValue.string(object.name)
    let created = object[["metadata", "creationTimestamp"]]?.string
    let age = JSONValue.string(Age.text(since: created, now: now))
    let size = JSONValue.integer(
      Int64((object["data"]?.object?.count ?? 0) + (object["binaryData"]?.object?.count ?? 0)))
    return switch resource.storedAs {
    case .namespaces: [name, object[["status", "phase"]] ?? "", age]
    case .secrets: [name, object["type"] ?? "", size, age]
    case .configMaps: [name, size, age]
    case .leases: [name, object[["spec", "holderIdentity"]] ?? "", age]
    case .customResourceDefinitions: [name, .string(created ?? "")]
    case .events: eventCells(of: object, now: now)
    default: [name, age]
    }
  }

  private static func eventCells(of object: JSONValue, now: Date) -> [JSONValue] {
    let event = object["regarding"] == nil ? object : EventForms.core(fromNew: object)
    let seen =
      event[["series", "lastObservedTime"]]?.string ?? event["lastTimestamp"]?.string
      ?? event["eventTime"]?.string ?? event["firstTimestamp"]?.string
    let involved = event["involvedObject"]
    let subject =
      (involved?["kind"]?.string ?? "").lowercased() + "/" + (involved?["name"]?.string ?? "")
    return [
      .string(Age.text(since: seen, now: now)), event["type"] ?? "", event["reason"] ?? "",
      .string(subject), .string((event["message"]?.string ?? "").trimmed),
    ]
  }
}
