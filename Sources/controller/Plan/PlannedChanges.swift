import Documents
import TeleportSchema

/// What a plan would change, field by field, for people to read.
struct PlannedChanges: Hashable, Sendable {
  enum Action: String, Sendable {
    case none
    case create
    case update
    case delete
    /// The custom resource goes, the Teleport resource stays.
    case leave
  }

  let action: Action
  /// Paths and values as a manifest has them; sensitive values are replaced.
  let fields: [FieldDifference]

  init(_ plan: Plan, _ observation: Observation) throws(WireError) {
    let schema = observation.schema
    var action = Action.none
    var fields: [FieldDifference] = []
    for effect in plan.effects {
      switch effect {
      case .create(let bytes):
        action = .create
        fields = FieldDifference.between(nil, try schema.managedFields(of: bytes))
      case .update(let bytes):
        action = .update
        let live = try observation.live.bytes.map { (bytes) throws(WireError) in
          try schema.managedFields(of: bytes)
        }
        let written = ServerDefaults.filled(
          try schema.managedFields(of: bytes), live: live ?? .null, kind: schema.kind,
          serverMajor: observation.serverMajor ?? 0)
        fields = FieldDifference.between(live, written)
      case .delete: action = .delete
      case .removeFinalizer: if action == .none { action = .leave }
      case .addFinalizer: break
      }
    }
    self.action = action
    self.fields = schema.redact(fields)
  }

  static let maximumLines = 40

  /// For a status: the action, then a line for each field.
  var lines: [String] {
    let all = fields.map { field in
      "\(field.path): \(Self.text(field.before)) -> \(Self.text(field.after))"
    }
    let rest = all.count - Self.maximumLines
    return [action.rawValue] + all.prefix(Self.maximumLines)
      + (rest > 0 ? ["and \(rest) more"] : [])
  }

  private static func text(_ value: JSONValue?) -> String { value?.jsonText ?? "absent" }

  // MARK: - Comparing

  /// Paths of declared fields that Teleport does not hold as declared. What it holds beyond are its defaults.
  static func missing(
    _ declared: [UInt8], in live: [UInt8], _ schema: ResourceSchema
  ) throws(WireError) -> [String] {
    let differences = FieldDifference.missing(
      try schema.comparedFields(of: declared), in: try schema.comparedFields(of: live))
    // Teleport does not give secrets away: that they are not in its answer says nothing.
    return schema.redact(differences).filter { $0.before != ResourceSchema.redacted }.map(\.path)
  }

  /// Paths of what taking a resource over would change besides whose it is. That includes what the declaration does not
  /// have: a restriction that goes without a word must not pass for equal.
  static func besidesOwnership(
    _ declared: [UInt8], over live: [UInt8], _ observation: Observation
  ) throws(WireError) -> [String] {
    let schema = observation.schema
    let before = try schema.comparedFields(of: live)
    let after = ServerDefaults.filled(
      try schema.comparedFields(of: try schema.merge(declared: declared, over: live)), live: before,
      kind: schema.kind, serverMajor: observation.serverMajor ?? 0)
    return schema.redact(FieldDifference.between(before, after)).filter {
      // A secret that is declared: Teleport does not tell its own.
      $0.after != ResourceSchema.redacted && !$0.isOfOwnership
    }.map(\.path)
  }
}
