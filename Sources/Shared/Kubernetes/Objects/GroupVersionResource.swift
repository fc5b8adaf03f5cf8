/// A kind of object as the API's paths name it.
public struct GroupVersionResource: Hashable, Sendable, CustomStringConvertible {
  /// Empty for the core group.
  public var group: String
  public var version: String
  /// The plural, lower-case name.
  public var resource: String

  public init(group: String = "", version: String, resource: String) {
    self.group = group
    self.version = version
    self.resource = resource
  }

  /// `resources.teleport.dev/v5 teleportroles`.
  public var description: String { "\(apiVersion) \(resource)" }

  /// `v1`, or `GROUP/VERSION`.
  public var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
}

extension GroupVersionResource {
  public static let leases = GroupVersionResource(
    group: "coordination.k8s.io", version: "v1", resource: "leases")
  public static let events = GroupVersionResource(version: "v1", resource: "events")
  public static let secrets = GroupVersionResource(version: "v1", resource: "secrets")
  public static let namespaces = GroupVersionResource(version: "v1", resource: "namespaces")
  public static let customResourceDefinitions = GroupVersionResource(
    group: "apiextensions.k8s.io", version: "v1", resource: "customresourcedefinitions")
  static let selfSubjectAccessReviews = GroupVersionResource(
    group: "authorization.k8s.io", version: "v1", resource: "selfsubjectaccessreviews")
}

// MARK: - Paths

extension GroupVersionResource {
  /// The path of the group version itself, where its resources are listed.
  var groupVersionPath: String {
    group.isEmpty
      ? "/api/\(version.percentEncoded)" : "/apis/\(group.percentEncoded)/\(version.percentEncoded)"
  }

  /// The path of all objects, in one namespace or (nil) everywhere.
  func path(namespace: String?) -> String {
    let scope = namespace.map { "/namespaces/\($0.percentEncoded)" } ?? ""
    return "\(groupVersionPath)\(scope)/\(resource.percentEncoded)"
  }

  /// The path of one object or a subresource of it.
  func path(_ key: ObjectKey, subresource: String? = nil) -> String {
    let base = "\(path(namespace: key.namespace))/\(key.name.percentEncoded)"
    return subresource.map { "\(base)/\($0.percentEncoded)" } ?? base
  }
}

extension String {
  /// With everything but RFC 3986's unreserved characters percent-encoded.
  var percentEncoded: String {
    var encoded = ""
    for byte in utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        encoded += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return encoded
  }
}
