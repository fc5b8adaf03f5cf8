import Documents
import FoundationEssentials

/// The JSON that the HTTP interface of servers before 15 makes of a `types.CertAuthorityV2`.
enum AuthorityJSON {
  static func json(_ resource: [UInt8]) -> JSONValue {
    var metadata: JSONValue = ["name": .string(resource.string(at: ResourceField.name))]
    if let id = resource.varint(at: ResourceField.id) {
      metadata["id"] = .integer(Int64(clamping: id))
    }
    var spec: JSONValue = [
      "type": .string(resource.string(at: [5, 1])),
      "cluster_name": .string(resource.string(at: [5, 2])),
      "active_keys": keys(resource.message(at: [5, 11]) ?? []),
      "additional_trusted_keys": keys(resource.message(at: [5, 12]) ?? []),
    ]
    if let rotation = resource.message(at: [5, 8]) { spec["rotation"] = json(rotation: rotation) }
    return [
      "kind": .string(resource.string(at: ResourceField.kind)),
      "sub_kind": .string(resource.string(at: [2])),
      "version": .string(resource.string(at: ResourceField.version)),
      "metadata": metadata, "spec": spec,
    ]
  }

  private static func keys(_ keySet: [UInt8]) -> JSONValue {
    var keys: JSONValue = [:]
    let ssh = pairs(keySet.messages(at: [1]), "public_key", "private_key")
    if !ssh.isEmpty { keys["ssh"] = .array(ssh) }
    let tls = pairs(keySet.messages(at: [2]), "cert", "key")
    if !tls.isEmpty { keys["tls"] = .array(tls) }
    return keys
  }

  private static func pairs(
    _ pairs: [[UInt8]], _ publicName: String, _ privateName: String
  ) -> [JSONValue] {
    pairs.map { pair in
      var json: JSONValue = [:]
      for (field, name) in [(1, publicName), (2, privateName)] {
        guard let bytes = pair.message(at: [field]) else { continue }
        json[name] = .string(Data(bytes).base64EncodedString())
      }
      return json
    }
  }

  private static func json(rotation: [UInt8]) -> JSONValue {
    let hours = (rotation.varint(at: [6]) ?? 0) / 3_600_000_000_000
    return [
      "state": .string(rotation.string(at: [1])), "phase": .string(rotation.string(at: [2])),
      "mode": .string(rotation.string(at: [3])), "current_id": .string(rotation.string(at: [4])),
      "started": time(rotation, [5]), "grace_period": .string("\(hours)h0m0s"),
      "last_rotated": time(rotation, [7]),
      "schedule": [
        "update_clients": time(rotation, [8, 1]), "update_servers": time(rotation, [8, 2]),
        "standby": time(rotation, [8, 3]),
      ],
    ]
  }

  private static func time(_ message: [UInt8], _ path: [Int]) -> JSONValue {
    guard let seconds = message.message(at: path).flatMap(TimestampMessage.decode) else {
      return "0001-01-01T00:00:00Z"
    }
    return .string(
      Date(timeIntervalSince1970: seconds).formatted(Date.ISO8601FormatStyle()))
  }
}
