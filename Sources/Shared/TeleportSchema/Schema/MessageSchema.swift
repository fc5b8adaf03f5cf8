/// The fields of a message, as they stand on the wire and as they stand in JSON.
public struct MessageSchema: Sendable {
  public let name: String
  /// As on the wire, ordered by number.
  public let fields: [FieldSchema]
  /// What is wrong with some objects although each of their fields is right. Where there is a group, it is of that.
  public let validations: [Validation]
  let byNumber: [Int: FieldSchema]
  /// Fields that are members of the JSON object themselves.
  private let byJSONName: [String: FieldSchema]
  /// Members that hold fields of this very message.
  let groups: [String: MessageSchema]
  /// Fields that are written also where an object does not have them.
  let alwaysSent: [FieldSchema]
  /// Messages whose members stand among this message's.
  private(set) var inlined: [(field: FieldSchema, message: MessageSchema)] = []

  /// A rule in the Common Expression Language that Kubernetes checks.
  public struct Validation: Hashable, Sendable {
    public let rule: String
    public let message: String
  }

  /// A member of the JSON object.
  enum Member {
    case field(FieldSchema)
    /// An object of fields of the message itself.
    case group(MessageSchema)
    /// A member of an inlined message.
    case inlined(FieldSchema, MessageSchema)
  }

  init(name: String, fields: [FieldSchema], validations: [Validation] = []) {
    self.name = name
    self.fields = fields.sorted { $0.number < $1.number }
    self.validations = validations
    alwaysSent = self.fields.filter(\.isAlwaysSent)
    byNumber = Dictionary(uniqueKeysWithValues: fields.map { ($0.number, $0) })
    byJSONName = Dictionary(
      uniqueKeysWithValues: fields.filter { !$0.isInline && $0.group == nil }.map {
        ($0.jsonName, $0)
      })
    groups = Dictionary(grouping: fields.filter { $0.group != nil }, by: { $0.group ?? "" })
      .mapValues { fields in
        MessageSchema(
          name: name,
          fields: fields.map { field in
            var field = field
            field.group = nil
            return field
          }, validations: validations)
      }
  }

  /// - Parameter messages: with every message that a field of this one may name.
  mutating func link(_ messages: [String: MessageSchema]) {
    inlined = fields.filter(\.isInline).compactMap { field in
      guard case .message(let name) = field.kind, let message = messages[name] else { return nil }
      return (field, message)
    }
  }

  /// The field that is a member of that name, also where an inlined message has it.
  public func field(_ jsonName: String) -> FieldSchema? {
    switch member(jsonName) {
    case .field(let field)?: field
    case .inlined(_, let message)?: message.field(jsonName)
    default: nil
    }
  }

  func member(_ jsonName: String) -> Member? {
    if let field = byJSONName[jsonName] { return .field(field) }
    if let group = groups[jsonName] { return .group(group) }
    for (field, message) in inlined where message.member(jsonName) != nil {
      return .inlined(field, message)
    }
    return nil
  }

  /// The members' names: the fields' by their numbers, then the groups'.
  var memberNames: [String] {
    fields.filter { $0.group == nil }.flatMap { field in
      inlined.first { $0.field.number == field.number }?.message.memberNames ?? [field.jsonName]
    } + groups.keys.sorted()
  }
}
