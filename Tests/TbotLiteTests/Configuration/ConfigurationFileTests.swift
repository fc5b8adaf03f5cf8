import Operations
import TeleportClient
import Testing

@testable import tbot_lite

@Suite struct ConfigurationFileTests {
  @Test func aFileOfTbotsIsRead() throws {
    let settings = try settings(
      file: """
        auth_server: auth.example.com:3025
        onboarding:
          join_method: token
          token: /run/secrets/token
          ca_pins:
            - \(pin)
        storage:
          type: directory
          path: /var/lib/tbot
          symlinks: secure
          acls: off
        outputs:
          - type: identity
            destination:
              type: directory
              path: /opt/machine-id
              acls: try
              symlinks: try-secure
            roles: [editor, auditor]
            ssh_config: off
          - type: identity
            destination: {type: kubernetes_secret, name: bot}
        services:
          - type: tls
            name: curl
            credential_ttl: 30m
            destination: {type: directory, path: /opt/tls, mode: group, group: 1000}
          - type: identity
            ssh_config: on
            destination: {type: kubernetes_secret, name: bot, namespace: apps}
        certificate_ttl: 1h30m0s
        renewal_interval: 10m0s
        debug: true
        oneshot: false
        fips: false
        insecure: false
        diag_addr: 127.0.0.1:3001
        """)
    #expect(settings.authServer == AuthAddress("auth.example.com:3025"))
    #expect(
      settings.onboarding
        == Onboarding(
          token: .file("/run/secrets/token"), trust: .pins([pin]), storage: "/var/lib/tbot",
          jwtPath: nil))
    let ttl = Duration.seconds(5400)
    #expect(
      settings.outputs == [
        Output(
          name: "identity:/opt/machine-id", format: .identity,
          destination: .directory(path: "/opt/machine-id", access: .owner),
          roles: ["editor", "auditor"], certificateTTL: ttl, writesSSHConfig: false),
        Output(
          name: "identity:kubernetes-secret/bot", format: .identity,
          destination: .kubernetesSecret(namespace: nil, name: "bot"), roles: nil,
          certificateTTL: ttl, writesSSHConfig: true),
        Output(
          name: "curl", format: .tls,
          destination: .directory(path: "/opt/tls", access: .group("1000")), roles: nil,
          certificateTTL: .seconds(1800), writesSSHConfig: false),
        Output(
          name: "identity:kubernetes-secret/apps/bot", format: .identity,
          destination: .kubernetesSecret(namespace: "apps", name: "bot"), roles: nil,
          certificateTTL: ttl, writesSSHConfig: true),
      ])
    #expect(settings.certificateTTL == ttl)
    #expect(settings.renewalInterval == .seconds(600))
    #expect(settings.logLevel == .debug)
    #expect(!settings.oneshot)
    #expect(settings.diagnosticsAddress == ListenAddress(host: "127.0.0.1", port: 3001))
  }

  @Test func itsOwnKeysAreNamedLikeTheOptions() throws {
    let settings = try settings(
      file: """
        bot_name: my-bot
        role_name: my-role
        teleport_data_dir: /data
        log_level: warning
        log_format: json
        on_renew: [systemctl, reload, "my unit"]
        """)
    #expect(
      settings.localAdmin
        == JoinSettings.LocalAdmin(
          dataDirectory: "/data", botName: "my-bot", roles: .operatorRole(named: "my-role")))
    #expect(settings.logLevel == .warning)
    #expect(settings.logFormat == .json)
    #expect(settings.onRenew == ["systemctl", "reload", "my unit"])
  }

  @Test func onRenewMayBeOneText() throws {
    #expect(try settings(file: "on_renew: a 'b c'").onRenew == ["a", "b c"])
    #expect(try settings(file: "roles: [a, b]").localAdmin?.roles == .existing(["a", "b"]))
    #expect(
      try complaint(file: "teleport_config: /none")
        .hasPrefix("bot.yaml line 2: teleport_config: cannot read /none"))
  }

  @Test func optionsAndVariablesWin() throws {
    let file = ["f": "version: v2\nauth_server: file:1\nbot_name: file\nlog_format: json\n"]
    let settings = try settings(
      ["auth-server": "flag:2", "config": "f"], ["TBOT_LITE_BOT_NAME": "env"], files: file)
    #expect(settings.authServer == AuthAddress("flag:2"))
    #expect(settings.localAdmin?.botName == "env")
    #expect(settings.logFormat == .json)
    let byVariable = try tbot_lite.Settings(
      [:], environment: ["TBOT_LITE_CONFIG": "f"], workingDirectory: "/"
    ) { file[$0] }
    #expect(byVariable.authServer == AuthAddress("file:1"))
  }

  @Test func keysWithoutValuesCountAsLeftOut() throws {
    let settings = try settings(
      file: "onboarding:\nstorage:\noutputs:\nservices: []\nauth_server:\nroles:\n")
    #expect(settings.outputs.map(\.name) == ["identity:/var/run/teleport-identity"])
    #expect(settings.localAdmin != nil)
  }

  // MARK: - What is wrong

  @Test func aFileThatCannotBeReadIsNamedWithWhoNamedIt() throws {
    #expect(try complaint(["config": "/no"]) == "--config: cannot read /no")
    #expect(
      try complaint([:], ["TBOT_LITE_CONFIG": "/no"]) == "TBOT_LITE_CONFIG: cannot read /no")
  }

  @Test(arguments: [
    ("", "f: version is missing; only version v2"), ("version:", "f: version is missing"),
    (
      "version: v1",
      "f line 1: version is 'v1'; only version v2 of tbot's file is read; `tbot migrate`"
    ),
    ("version: v3", "f line 1: version is 'v3'; only version v2"),
    ("version: [v2]", "f line 1: version is a list; it has to be v2"),
    ("- version: v2", "f is a list; it has to be a mapping"), ("just text", "f is a string"),
    ("version: v2\nx: [", "f line "), ("version: v2\nversion: v2", "f line 2: the key 'version'"),
  ])
  func otherVersionsAndFormsAreRefused(text: String, start: String) throws {
    // An empty file has no keys at all.
    let start = text.isEmpty ? "f is null" : start
    let complaint = try complaint(["config": "f"], files: ["f": text])
    #expect(complaint.hasPrefix(start), "\(complaint)")
  }

  private static let wrong: [(text: String, complaint: String)] = [
    ("auth_sever: x", "2: auth_sever: unknown key; did you mean auth_server?"),
    ("\nonboarding:\n  tokn: x", "4: onboarding.tokn: unknown key; did you mean token?"),
    ("storage: {type: directory, pth: /x}", "2: storage.pth: unknown key; did you mean path?"),
    (
      "storage: {type: directory, zzzzz: /x}",
      "2: storage.zzzzz: unknown key; known here: acls, path, symlinks, type"
    ),
    (
      "outputs:\n- type: tls\n  destinaton: {}",
      "4: outputs[0].destinaton: unknown key; did you mean destination?"
    ),
    (
      "outputs:\n- type: tls\n  destination:\n    type: directory\n    pth: /x",
      "6: outputs[0].destination.pth: unknown key; did you mean path?"
    ),
    (
      "services:\n- type: tls\n  destination: {type: kubernetes_secret, nmae: x}",
      "4: services[0].destination.nmae: unknown key; did you mean name?"
    ),
    ("join_uri: x", "2: join_uri: tbot has this, tbot-lite does not: set auth_server"),
    ("destinations: []", "2: destinations: tbot has this, tbot-lite does not: this is a key of"),
    ("onboarding: {azure: {}}", "2: onboarding.azure: tbot has this, tbot-lite does not: join"),
    (
      "outputs: [{type: identity, cluster: leaf}]",
      "2: outputs[0].cluster: tbot has this, tbot-lite does not: certificates are for"
    ),
    (
      "outputs: [{type: identity, renewal_interval: 1m}]",
      "2: outputs[0].renewal_interval: tbot has this, tbot-lite does not: set renewal_interval"
    ),
    (
      "outputs: [{type: tls, destination: {type: directory, path: /x, readers: []}}]",
      "2: outputs[0].destination.readers: tbot has this, tbot-lite does not: set mode: group"
    ),
    (
      "services:\n- type: application-tunnel\n  app_name: x",
      "3: services[0]: tbot has type application-tunnel, tbot-lite has identity and tls"
    ),
    ("outputs: [{type: pem}]", "2: outputs[0].type: 'pem' is not identity or tls"),
    ("outputs: [{}]", ": outputs[0].type: is missing; identity or tls"),
    ("outputs: {}", "2: outputs is an object; it has to be a list"),
    ("outputs: [x]", "2: outputs[0] is a string; it has to be a mapping"),
    ("outputs: [{type: tls}]", ": outputs[0].destination is missing; it needs type: directory"),
    ("outputs: [{type: tls, destination: /x}]", "2: outputs[0].destination is a string; it has"),
    (
      "outputs: [{type: tls, destination: {path: /x}}]",
      ": outputs[0].destination.type is missing; it has to be directory or kubernetes_secret"
    ),
    (
      "outputs: [{type: tls, destination: {type: s3}}]",
      "2: outputs[0].destination.type 's3' is not directory or kubernetes_secret"
    ),
    (
      "outputs: [{type: tls, destination: {type: memory}}]",
      "2: outputs[0].destination.type: what is in memory only, nobody can use"
    ),
    (
      "outputs: [{type: tls, destination: {type: directory}}]",
      ": outputs[0].destination.path has to be the path of a directory"
    ),
    (
      "outputs: [{type: tls, destination: {type: kubernetes_secret, name: A_b}}]",
      "2: outputs[0].destination.name has to be the name of a Secret"
    ),
    (
      "outputs: [{type: tls, destination: {type: kubernetes_secret, name: a, namespace: a.b}}]",
      "2: outputs[0].destination.namespace: 'a.b' is not the name of a namespace"
    ),
    (
      "outputs: [{type: tls, destination: {type: directory, path: /x, mode: 416}}]",
      "2: outputs[0].destination.mode: '416' is not owner or group"
    ),
    (
      "outputs: [{type: tls, destination: {type: directory, path: /x, mode: group}}]",
      "2: outputs[0].destination.mode: name the group that may read, as group:"
    ),
    (
      "outputs: [{type: tls, destination: {type: directory, path: /x, mode: owner, group: a}}]",
      "2: outputs[0].destination.group has no meaning with mode owner"
    ),
    (
      "outputs: [{type: tls, destination: {type: directory, path: /x, symlinks: insecure}}]",
      "2: outputs[0].destination.symlinks: 'insecure' is not secure or try-secure"
    ),
    (
      "outputs: [{type: tls, destination: {type: directory, path: /x, acls: required}}]",
      "2: outputs[0].destination.acls: 'required' is not off or try; tbot-lite sets no ACLs"
    ),
    (
      "outputs: [{type: identity, ssh_config: maybe, destination: {type: directory, path: /x}}]",
      "2: outputs[0].ssh_config: 'maybe' is not on or off"
    ),
    (
      "outputs: [{type: tls, roles: a, destination: {type: directory, path: /x}}]",
      "2: outputs[0].roles is a string; it has to be a list, each item the name of a role"
    ),
    (
      "outputs:\n- type: tls\n  roles:\n  - a\n  - [b]\n",
      "6: outputs[0].roles[1] is a list; it has to be the name of a role"
    ),
    (
      "outputs: [{type: tls, roles: [a b], destination: {type: directory, path: /x}}]",
      "2: outputs[0].roles: 'a b' is not the name of a role"
    ),
    (
      "outputs: [{type: tls, certificate_ttl: 1s, destination: {type: directory, path: /x}}]",
      "2: outputs[0].certificate_ttl: '1s' is not a duration from 1m to 7d"
    ),
    (
      "outputs:\n- {type: tls, name: a, destination: {type: directory, path: /x}}\n"
        + "- {type: tls, name: a, destination: {type: directory, path: /y}}",
      "4: outputs[1]: the name 'a' stands twice"
    ),
    (
      "outputs:\n- {type: tls, destination: {type: directory, path: /x}}\n"
        + "- {type: tls, destination: {type: directory, path: /x/y}}",
      "4: outputs[1].destination: /x/y lies inside /x, which is taken already (bot.yaml line 3: "
        + "outputs[0].destination)"
    ),
    (
      "outputs: [{type: tls, name: a b, destination: {type: directory, path: /x}}]",
      "2: outputs[0].name: 'a b' is not a name without blanks and commas"
    ),
    ("roles: ['a,b']", "2: roles: 'a,b' is not the name of a role"),
    ("certificate_ttl: 1", "2: certificate_ttl: '1' is not a duration from 1m to 7d"),
    (
      "certificate_ttl: 1h\ncredential_ttl: 2h",
      "3: credential_ttl and certificate_ttl mean the same; give one of them"
    ),
    ("renewal_interval: {}", "2: renewal_interval is an object; it has to be a duration from 1s"),
    ("debug: 1", "2: debug is an integer; it has to be true or false"),
    ("auth_server: http://x", "2: auth_server: 'http://x' is not host:port"),
    ("fips: true", "2: fips: tbot-lite has no FIPS mode"),
    ("insecure: true", "2: insecure: tbot-lite never trusts a cluster unseen"),
    ("storage: {type: kubernetes_secret}", "2: storage.type: 'kubernetes_secret' is not directory"),
    ("storage: {type: directory}", ": storage.path is missing; name a directory"),
    ("storage: {path: /x}", ": storage.type is missing; it has to be directory"),
    (
      "onboarding: {join_method: iam}", "2: onboarding.join_method: 'iam' is not local-admin, token"
    ),
    ("onboarding: {token: x}", "2: onboarding.token has no meaning with join method local-admin"),
    ("onboarding: {ca_pins: x}", "2: onboarding.ca_pins is a string; it has to be a list"),
    ("log_level: loud", "2: log_level: 'loud' is not one of trace"),
    ("on_renew: \"a 'b\"", "2: on_renew: 'a 'b' is not a command whose quotes are closed"),
  ]

  @Test(arguments: wrong.indices)
  func whatIsWrongIsToldWithFileLineKeyAndForm(index: Int) throws {
    let row = Self.wrong[index]
    let complaint = try complaint(file: row.text)
    let start = row.complaint.hasPrefix(":") ? "bot.yaml" : "bot.yaml line "
    #expect(complaint.hasPrefix(start + row.complaint), "\(complaint)")
  }
}
