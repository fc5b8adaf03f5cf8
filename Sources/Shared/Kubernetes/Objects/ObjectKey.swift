/// What tells one object of a resource from another.
public struct ObjectKey: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// nil for objects that belong to no namespace.
  public var namespace: String?
  public var name: String

  public init(_ name: String, namespace: String? = nil) {
    self.name = name
    self.namespace = namespace
  }

  /// `NAMESPACE/NAME`.
  public var description: String { namespace.map { "\($0)/\(name)" } ?? name }

  public static func < (left: ObjectKey, right: ObjectKey) -> Bool {
    (left.namespace ?? "", left.name) < (right.namespace ?? "", right.name)
  }
}
