import Documents
import TeleportSchema

/// Definitions as this build makes them, and as another operator might have made them.
enum SampleDefinitions {
  struct Pair {
    let existing: JSONValue
    let wanted: JSONValue
  }

  /// Schemas of each version of each kind.
  static func pairs() throws -> [Pair] {
    try CustomResourceDefinition.all().flatMap { definition in
      (definition[["spec", "versions"]]?.array ?? []).map { version in
        let schema = version[["schema", "openAPIV3Schema"]] ?? [:]
        return Pair(existing: loosened(schema), wanted: schema)
      }
    }
  }

  static func ours(_ name: String) throws -> JSONValue {
    try CustomResourceDefinition.all().first { $0[["metadata", "name"]]?.string == name } ?? .null
  }

  /// Without limits and rules, and with a field more in each object that has named ones.
  static func loosened(_ schema: JSONValue) -> JSONValue {
    switch schema {
    case .object(var members):
      for keyword in [
        "maxLength", "maxItems", "maxProperties", "pattern", "x-kubernetes-validations",
      ] where members["type"] != nil {
        members[keyword] = nil
      }
      if var properties = members["properties"]?.object, members["type"] == "object" {
        properties = properties.mapValues(loosened)
        properties["theirs"] = ["type": "string"]
        members["properties"] = .object(properties)
      }
      for keyword in ["items", "additionalProperties"] {
        if let child = members[keyword] { members[keyword] = loosened(child) }
      }
      return .object(members)
    default: return schema
    }
  }
}
