/// One row of the kind table: a Teleport resource, its calls, and the Kubernetes kinds that declare it.
public struct ResourceSchema: Sendable {
  /// Teleport's name of the kind: "role".
  public let kind: String
  /// The name that rules in roles use for it.
  public let rule: String
  /// The field of `proto.Event` that carries it; nil where the server sends no events of it.
  public let eventField: Int?
  public let customResources: [CustomResourceSchema]
  public let calls: Calls
  public let message: MessageSchema
  /// Of which Teleport's licence has to include one; none where every Teleport has it.
  public let entitlements: [String]
  /// The only name that it can have; nil where there may be many.
  public let singletonName: String?
  /// The field of a role's conditions that says by labels which of them the role reaches; nil where rules alone do.
  public let labelCondition: String?
  public let header: HeaderLayout
  let registry: SchemaRegistry

  /// The first Teleport major version that has it in some version; 0 where all do.
  public var since: Int { customResources.flatMap(\.versions).map(\.since).min() ?? 0 }

  /// The calls of a kind. In each list the preferred one stands first; a server that does not know it gets the next.
  public struct Calls: Sendable {
    public let get: [ResourceCall]
    public let list: [ResourceCall]
    public let create: [ResourceCall]
    public let update: [ResourceCall]
    public let upsert: [ResourceCall]
    public let delete: [ResourceCall]
  }
}

/// A gRPC call on a resource: which method, and where its messages carry what.
public struct ResourceCall: Hashable, Sendable {
  /// `package.Service/Method`
  public let method: String
  /// The request's field that carries the resource; nil: the request is the resource.
  public let resourceField: Int?
  /// The request's field that carries the name; nil where it carries none.
  public let nameField: Int?
  /// The reply's field that carries the resource; nil: the reply is the resource.
  public let replyField: Int?
  /// The reply says nothing, so that a write has to be read back.
  public let hasEmptyReply: Bool
  /// The write fails unless `metadata.revision` is the server's.
  public let isConditional: Bool
  public let paging: Paging?
  /// The reply is a stream of resources.
  public let isStreaming: Bool
  /// Where each element of a list carries the resource; nil: it is the resource.
  public let elementField: Int?
  /// What the request carries besides.
  public let constants: [Constant]

  public struct Paging: Hashable, Sendable {
    public let pageSizeField: Int
    public let pageTokenField: Int
    public let nextPageTokenField: Int
  }

  public struct Constant: Hashable, Sendable {
    public enum Value: Hashable, Sendable {
      case text(String)
      case number(UInt64)
    }

    public let field: Int
    public let value: Value
  }
}

/// A Kubernetes kind that declares a Teleport resource.
public struct CustomResourceSchema: Hashable, Sendable {
  public static let group = "resources.teleport.dev"

  public let kind: String
  public let plural: String
  public let singular: String
  public let shortNames: [String]
  /// The stored version first.
  public let versions: [Version]
  public let columns: [PrinterColumn]
  /// Tells the resource from others of its kind; nil where it has no sub-kind.
  public let subKind: String?

  public struct Version: Hashable, Sendable {
    /// The version of the custom resource: "v6".
    public let name: String
    /// The version that the resource gets in Teleport: "v6".
    public let teleportVersion: String
    /// The first Teleport major version that knows it; older servers would rewrite it without a word.
    public let since: Int
  }

  public struct PrinterColumn: Hashable, Sendable {
    public let name: String
    public let type: String
    public let jsonPath: String
    public let description: String
  }

  public var storedVersion: Version { versions[0] }

  public func version(_ name: String) -> Version? { versions.first { $0.name == name } }
}
