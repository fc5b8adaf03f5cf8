/// A kind of resource that the stand-in keeps by general rules.
///
/// Restated from the references, and not taken from the schema that is under test: a mistake in one shows in the other.
struct ServedKind: Sendable {
  let kind: String
  /// The one version that there is.
  let version: String
  var layout = MessageLayout.standard
  /// The sub-kinds that the server takes; none: it does not look.
  var subKinds: Set<String> = []
  /// The field of `proto.Event`; nil where there are no events.
  var event: Int?
  /// Resources of rules, of which one is enough.
  var rules: [String]
  var licence: Licence?
  /// The only name that it can have.
  var singleton: String?
  /// What reads leave out that do not ask for secrets.
  var secrets: [[Int]] = []
  /// Checks what is to be written, and fills in what the server fills in.
  var complete: Completion = { _, _ throws(CallError) in }
  var calls: [ServedCall]

  typealias Completion = @Sendable (inout [UInt8], WriteContext) throws(CallError) -> Void

  /// What a kind takes of Teleport Enterprise.
  struct Licence: Sendable {
    let isThere: @Sendable (TeleportSandbox.Features) -> Bool
    /// The refusal of a call; nil for one that works without.
    let refusal: @Sendable (ServedCall) -> CallError?
  }

  static let all: [ServedKind] =
    connectors + access + inventory + machines + settings

  static func named(_ kind: String) -> ServedKind? { byName[kind] }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.kind, $0) })
}

/// What a write depends on beside the message.
struct WriteContext: Sendable {
  let major: Int
  let caller: String
  let seconds: Double
  /// What is there under that name.
  let existing: [UInt8]?
}

/// A call on a served kind.
struct ServedCall: Sendable {
  enum Action: Hashable, Sendable {
    /// - Parameter namespace: where the request must carry "default".
    case get(name: Int?, secrets: Int? = nil, namespace: Int? = nil)
    case list(List)
    case create
    case update(conditional: Bool)
    case upsert
    case delete(name: Int?)
  }

  struct List: Hashable, Sendable {
    var reply = 1
    /// Fields of the size, the token, and the next token in the reply; nil where there are no pages.
    var paging: [Int]?
    var largestPage = 1000
    /// The field of each element that carries the resource.
    var element: Int?
    /// The field that asks for secrets.
    var secrets: Int?
    /// What the request must carry in its field 1.
    var resourceType: String?
  }

  enum Answer: Hashable, Sendable {
    case empty
    case resource
  }

  let method: String
  var availability: CallDefinition.Availability
  let action: Action
  /// The request's field that carries the resource; nil: the request is the resource.
  var resource: Int?
  var answer = Answer.resource

  init(
    _ method: String, _ action: Action,
    _ availability: CallDefinition.Availability = .always, resource: Int? = nil,
    answer: Answer = .resource
  ) {
    self.method = method
    self.availability = availability
    self.action = action
    self.resource = resource
    self.answer = answer
  }

  var isWrite: Bool {
    switch action {
    case .create, .update, .upsert: true
    case .get, .list, .delete: false
    }
  }
}

extension CallDefinition {
  static let servedKinds: [CallDefinition] = ServedKind.all.flatMap { kind in
    kind.calls.map { call in
      CallDefinition(call.method, call.availability, name: call.namePath(kind.layout)) {
        state, request in try state.serve(kind, call, request)
      }
    }
  }
}

extension ServedCall {
  fileprivate func namePath(_ layout: MessageLayout) -> [Int]? {
    switch action {
    case .get(let name, _, _), .delete(let name): name.map { [$0] }
    case .list: nil
    case .create, .update, .upsert: (resource.map { [$0] } ?? []) + layout.name
    }
  }
}
