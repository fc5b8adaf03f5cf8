/// Paths of the fields of resources that the server itself looks at (types.proto of Teleport).
enum ResourceField {
  static let kind = [1]
  static let version = [3]
  static let metadata = [4]
  static let name = [4, 1]
  static let namespace = [4, 2]
  static let labels = [4, 5]
  static let expires = [4, 6]
  static let id = [4, 7]
  static let revision = [4, 8]
}

enum UserField {
  static let roles = [5, 4]
  static let traits = [5, 5]
  static let loginStatus = [5, 6]
  static let expires = [5, 7]
  static let createdBy = [5, 8]
  static let createdByConnector = [5, 8, 1]
  static let localAuth = [5, 9]
}

enum RoleField {
  static let options = [5, 1]
  static let allow = [5, 2]
  static let deny = [5, 3]

  static func option(_ number: Int) -> [Int] { options + [number] }
}

/// Fields of `types.ProvisionTokenV2`.
enum TokenField {
  static let roles = [5, 1]
  static let rules = [5, 2]
  static let joinMethod = [5, 4]
  static let botName = [5, 5]
  static let kubernetes = [5, 10]
  /// The service account, `NAMESPACE:NAME`, is field 1 of each.
  static let kubernetesRules = [5, 10, 1]
}

/// Fields of `types.LockV2`.
enum LockField {
  static let user = [5, 1, 1]
  static let role = [5, 1, 2]
  static let message = [5, 2]
  static let expires = [5, 3]
}

/// Fields of `types.RoleConditions`.
enum ConditionField {
  static let logins = 1
  static let namespaces = 2
  static let nodeLabels = 3
  static let rules = 4
  static let request = 6
  static let appLabels = 8
  static let clusterLabels = 9
  static let kubernetesLabels = 10
  static let databaseLabels = 11
  static let impersonate = 14
  static let reviewRequests = 15
  static let awsRoleARNs = 16
  static let windowsDesktopLabels = 18
  static let azureIdentities = 23
  static let kubernetesResources = 24
  static let gcpServiceAccounts = 25
  static let databaseServiceLabels = 26
  static let groupLabels = 27
  static let databaseRoles = 29
  static let labelExpressions = 30...37

  static let labels = [
    nodeLabels, appLabels, clusterLabels, kubernetesLabels, databaseLabels, windowsDesktopLabels,
    databaseServiceLabels, groupLabels,
  ]
}

enum Label {
  static let origin = "teleport.dev/origin"
  static let bot = "teleport.internal/bot"
  static let downgraded = "teleport.internal/downgraded"
  /// Where servers before 16 count a bot's renewals.
  static let botGeneration = "teleport.internal/bot-generation"
}
