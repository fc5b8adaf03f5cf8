import Documents

/// Who holds a lease, as its spec says.
public struct LeaseRecord: Hashable, Sendable {
  /// Empty where it was given back.
  public var holder: String
  public var durationSeconds: Int
  /// MicroTime.
  public var acquireTime: String
  /// MicroTime.
  public var renewTime: String
  /// How often it went from one holder to another.
  public var transitions: Int

  public init(
    holder: String, durationSeconds: Int, acquireTime: String, renewTime: String, transitions: Int
  ) {
    self.holder = holder
    self.durationSeconds = durationSeconds
    self.acquireTime = acquireTime
    self.renewTime = renewTime
    self.transitions = transitions
  }

  /// Reads the spec of a Lease. What is missing is empty or 0.
  public init(spec: JSONValue) {
    holder = spec["holderIdentity"]?.string ?? ""
    durationSeconds = Int(spec["leaseDurationSeconds"]?.integer ?? 0)
    acquireTime = spec["acquireTime"]?.string ?? ""
    renewTime = spec["renewTime"]?.string ?? ""
    transitions = Int(spec["leaseTransitions"]?.integer ?? 0)
  }

  /// `spec` with this record's fields; others are kept.
  public func written(into spec: JSONValue) -> JSONValue {
    var spec = spec
    spec["holderIdentity"] = .string(holder)
    spec["leaseDurationSeconds"] = .integer(Int64(durationSeconds))
    spec["acquireTime"] = .string(acquireTime)
    spec["renewTime"] = .string(renewTime)
    spec["leaseTransitions"] = .integer(Int64(transitions))
    return spec
  }
}
