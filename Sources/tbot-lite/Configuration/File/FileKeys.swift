import Operations

/// The keys of the configuration file: those that are offered and those that only tbot has.
enum FileKeys {
  /// Keys of the top that are texts, by the form that they have. Their options are named alike.
  static let topTexts = [
    "auth_server": "host:port", "proxy_server": "host:port",
    "renewal_interval": SettingForm.interval,
    "diag_addr": "host:port", "log_level": "a level", "log_format": "text or json",
    "bot_name": SettingForm.name, "role_name": SettingForm.name,
    "teleport_config": "the path of a file", "teleport_data_dir": SettingForm.directory,
  ]

  static let top = KnownKeys(
    topTexts.keys.sorted() + [
      "version", "onboarding", "storage", "outputs", "services", "certificate_ttl",
      "credential_ttl", "debug", "oneshot", "roles", "on_renew", "fips", "insecure",
    ],
    refused: [
      "auth_server_address_mode": "set proxy_server or auth_server, whichever it is",
      "join_uri": "set auth_server and onboarding instead",
      "destinations": "this is a key of version v1; name outputs instead",
    ])

  /// tbot writes these as false; true is what is not offered.
  static let neverTrue = [
    "fips": "tbot-lite has no FIPS mode; leave the key out",
    "insecure":
      "tbot-lite never trusts a cluster unseen; leave the key out and set onboarding.ca_pins",
  ]

  private static let otherMethods = "join methods are local-admin, token and kubernetes"

  static let onboarding = KnownKeys(
    ["token", "join_method", "ca_pins", "ca_path"],
    refused: [
      "azure": otherMethods, "terraform": otherMethods, "gitlab": otherMethods,
      "bound_keypair": otherMethods,
    ])

  static let storage = KnownKeys(
    ["type", "path", "symlinks", "acls"], refused: ["readers": "nobody else reads the storage"])

  private static let ownInterval = "set renewal_interval at the top of the file, for all outputs"

  static let output = KnownKeys(
    [
      "type", "name", "destination", "roles", "ssh_config", "certificate_ttl", "credential_ttl",
    ],
    refused: [
      "renewal_interval": ownInterval,
      "cluster": "certificates are for the cluster that the bot is in",
      "allow_reissue": "certificates cannot be turned into others",
      "access_request": "certificates hold roles of the bot only",
      "app_name": "certificates are not bound to applications",
      "specific_tls_naming": "output type tls names its files tls.key, tls.crt and tls.cas",
    ])

  static let directory = KnownKeys(
    ["type", "path", "mode", "group", "symlinks", "acls"],
    refused: ["readers": "set mode: group and group: to let a second user read"])

  static let kubernetesSecret = KnownKeys(
    ["type", "name", "namespace"],
    refused: ["labels": "labels that are put on the Secret by hand stay there"])

  /// tbot's output and service types that are not offered.
  static let otherTypes = [
    "application", "application-tunnel", "application-proxy", "database", "database-tunnel",
    "kubernetes", "kubernetes/v2", "kubernetes/argo-cd", "ssh_host", "ssh-multiplexer",
    "spiffe-svid", "spiffe-workload-api", "workload-identity-x509", "workload-identity-jwt",
    "workload-identity-api", "workload-identity-aws-roles-anywhere", "example",
  ]

  /// The lifetime under its old or its new name.
  static func lifetime(_ mapping: FileMapping) throws(InvalidOption) -> FileValue? {
    let old = try mapping.text("certificate_ttl", SettingForm.lifetime)
    let new = try mapping.text("credential_ttl", SettingForm.lifetime)
    if old != nil, let new {
      throw InvalidOption("\(new.place) and certificate_ttl mean the same; give one of them")
    }
    return new ?? old
  }

  /// tbot's ways of writing into directories of somebody else's.
  static func checkLinksAndLists(_ directory: FileMapping) throws(InvalidOption) {
    if let symlinks = try directory.text("symlinks", "secure"),
      !["secure", "try-secure"].contains(symlinks.text)
    {
      throw InvalidOption(
        "\(symlinks.place): '\(symlinks.text)' is not secure or try-secure; tbot-lite never writes "
          + "through links that others may have made")
    }
    // YAML 1.1 reads off as false.
    if try directory.isOff("acls") { return }
    if let acls = try directory.text("acls", "off or try"), acls.text != "try" {
      throw InvalidOption(
        "\(acls.place): '\(acls.text)' is not off or try; tbot-lite sets no ACLs, but mode: group "
          + "and group: let a second user read")
    }
  }
}

extension FileMapping {
  func isOff(_ key: String) throws(InvalidOption) -> Bool {
    switch node(key)?.content {
    case .scalar(.bool(let value), _): !value
    case .scalar(.string("off"), _): true
    default: false
    }
  }
}
