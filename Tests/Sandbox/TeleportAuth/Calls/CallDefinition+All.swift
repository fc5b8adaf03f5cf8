extension CallDefinition {
  private static let auth = "proto.AuthService/"
  private static let users = "teleport.users.v1.UsersService/"

  /// Every method that this stand-in has in any version.
  static let all: [CallDefinition] =
    cluster + roles + legacyUsers + modernUsers + joining + trust
    + servedKinds + bots

  private static let cluster = [
    CallDefinition(auth + "Ping") { state, call in try state.ping(call) },
    CallDefinition(auth + "GetClusterCACert") { state, call in try state.getClusterCACert(call) },
    CallDefinition(auth + "GetDomainName") { state, call in try state.getDomainName(call) },
    CallDefinition(auth + "GenerateUserCerts", name: [2]) { state, call in
      try state.generateUserCerts(call)
    },
    CallDefinition(auth + "WatchEvents") { state, call in try state.watchEvents(call) },
  ]

  private static let roles = [
    CallDefinition(auth + "GetRole", name: [1]) { state, call in try state.getRole(call) },
    CallDefinition(auth + "GetRoles", .legacy) { state, call in try state.getRoles(call) },
    CallDefinition(auth + "ListRoles", .modern) { state, call in try state.listRoles(call) },
    CallDefinition(auth + "UpsertRole", name: ResourceField.name) { state, call in
      _ = try state.upsertRole(call.message, by: call.caller)
      return .empty
    },
    CallDefinition(auth + "CreateRole", .modern, name: [1] + ResourceField.name) { state, call in
      try state.createRole(call)
    },
    CallDefinition(auth + "UpdateRole", .modern, name: [1] + ResourceField.name) { state, call in
      try state.updateRole(call)
    },
    CallDefinition(auth + "UpsertRoleV2", .modern, name: [1] + ResourceField.name) { state, call in
      try state.upsertRoleV2(call)
    },
    CallDefinition(auth + "DeleteRole", name: [1]) { state, call in try state.deleteRole(call) },
  ]

  private static let legacyUsers = [
    CallDefinition(auth + "GetUser", .legacy, name: [1]) { state, call in
      .message(try state.getUser(call.message.string(at: [1]), at: [2], call))
    },
    CallDefinition(auth + "GetCurrentUser", .legacy) { state, call in
      try state.getCurrentUser(call)
    },
    CallDefinition(auth + "GetUsers", .legacy) { state, call in try state.getUsers(call) },
    CallDefinition(auth + "GetBotUsers", .legacy) { state, call in try state.getBotUsers(call) },
    CallDefinition(auth + "CreateUser", .legacy, name: ResourceField.name) { state, call in
      _ = try state.createUser(call.message, by: call.caller)
      return .empty
    },
    CallDefinition(auth + "UpdateUser", .legacy, name: ResourceField.name) { state, call in
      try state.updateLegacyUser(call)
    },
    CallDefinition(auth + "DeleteUser", .legacy, name: [1]) { state, call in
      try state.deleteUser(call)
    },
  ]

  private static let modernUsers = [
    CallDefinition(users + "GetUser", .modern, name: [1]) { state, call in
      try state.getModernUser(call)
    },
    CallDefinition(users + "ListUsers", .modern) { state, call in try state.listUsers(call) },
    CallDefinition(users + "CreateUser", .modern, name: [1] + ResourceField.name) { state, call in
      try state.createModernUser(call)
    },
    CallDefinition(users + "UpdateUser", .modern, name: [2] + ResourceField.name) { state, call in
      try state.updateUser(call)
    },
    CallDefinition(users + "UpsertUser", .modern, name: [2] + ResourceField.name) { state, call in
      try state.upsertUser(call)
    },
    CallDefinition(users + "DeleteUser", .modern, name: [1]) { state, call in
      try state.deleteUser(call)
    },
  ]

  private static let joining = [
    CallDefinition("proto.JoinService/RegisterUsingToken", .modern, name: [4]) { state, call in
      try state.join(JoinRequest(call.message), by: call.caller)
    },
    CallDefinition(auth + "GetTokens") { state, call in try state.getTokens(call) },
    CallDefinition(auth + "GetToken", name: [1]) { state, call in try state.getToken(call) },
    CallDefinition(auth + "UpsertToken", .legacy, name: ResourceField.name) { state, call in
      try state.upsertToken(call.message, by: call.caller)
    },
    CallDefinition(auth + "CreateToken", .legacy, name: ResourceField.name) { state, call in
      try state.createToken(call.message, by: call.caller)
    },
    CallDefinition(auth + "UpsertTokenV2", .since(13), name: [1] + ResourceField.name) {
      state, call in
      try state.upsertToken(call.message.message(at: [1]) ?? [], by: call.caller)
    },
    CallDefinition(auth + "CreateTokenV2", .since(13), name: [1] + ResourceField.name) {
      state, call in
      try state.createToken(call.message.message(at: [1]) ?? [], by: call.caller)
    },
    CallDefinition(auth + "DeleteToken", name: [1]) { state, call in try state.deleteToken(call) },
  ]

  /// Of an authority, its type is what tells it from the others.
  private static let trust = [
    CallDefinition("teleport.trust.v1.TrustService/GetCertAuthority", .since(13), name: [1]) {
      state, call in try state.getCertAuthority(call)
    }
  ]
}
