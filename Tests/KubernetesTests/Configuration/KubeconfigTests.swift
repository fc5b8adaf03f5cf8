import Operations
import Testing

@testable import Kubernetes

@Suite("kubeconfig")
struct KubeconfigTests {
  static let text = """
    apiVersion: v1
    kind: Config
    current-context: dev
    contexts:
    - name: dev
      context: {cluster: near, user: me, namespace: teleport}
    - name: bare
      context: {cluster: near}
    - name: lost
      context: {cluster: nowhere, user: me}
    - name: stranger
      context: {cluster: near, user: nobody}
    clusters:
    - name: near
      cluster: {server: "https://10.0.0.1:6443/", insecure-skip-tls-verify: true}
    users:
    - name: me
      user: {token: s3cret-token}
    """

  private func resolve(
    _ text: String, context: String? = nil, files: [String: String] = [:]
  ) throws(ConfigurationError) -> KubernetesConfiguration {
    try Kubeconfig(text: text, file: "/home/me/.kube/config").resolve(
      context: context, files: .memory(files))
  }

  private func failure(_ text: String, context: String? = nil) -> ConfigurationError? {
    #expect(throws: ConfigurationError.self) { try resolve(text, context: context) }
  }

  @Test func theCurrentContextIsFollowed() throws {
    let configuration = try resolve(Self.text)
    #expect(configuration.server == "https://10.0.0.1:6443")
    #expect(configuration.trust == .unverified)
    #expect(configuration.bearerToken == .fixed(Secret("s3cret-token")))
    #expect(configuration.namespace == "teleport")
    #expect(configuration.source == "kubeconfig /home/me/.kube/config, context dev")
  }

  @Test func aNamedContextWins() throws {
    let configuration = try resolve(Self.text, context: "bare")
    #expect(configuration.namespace == "default")
    #expect(configuration.bearerToken == nil)
  }

  @Test func noDescriptionHoldsTheToken() throws {
    let configuration = try resolve(Self.text)
    var dumped = ""
    dump(configuration, to: &dumped)
    for text in ["\(configuration)", String(reflecting: configuration), dumped] {
      #expect(!text.contains("s3cret"), "\(text)")
    }
    #expect("\(configuration)".contains("bearer token"))
  }

  @Test func anUnknownContextNamesTheKnownOnes() {
    let error = failure(Self.text, context: "prod")
    #expect(error?.code == .unknownContext)
    #expect(error?.message.contains("/home/me/.kube/config") == true)
    #expect(error?.message.contains("\"prod\"") == true)
    #expect(error?.message.contains("bare, dev, lost, stranger") == true)
  }

  @Test func withoutACurrentContextOneMustBeNamed() {
    let text = Self.text.replacing("current-context: dev", with: "current-context: \"\"")
    let error = failure(text)
    #expect(error?.code == .noContext)
    #expect(error?.remedy.contains("--context") == true)
  }

  @Test(arguments: [("lost", "cluster \"nowhere\""), ("stranger", "user \"nobody\"")])
  func aMissingEntryIsNamed(context: String, entry: String) {
    let error = failure(Self.text, context: context)
    #expect(error?.code == .incomplete)
    #expect(error?.message.contains("context \"\(context)\"") == true)
    #expect(error?.message.contains(entry) == true)
  }

  @Test(arguments: [
    ("{exec: {command: aws}}", "exec"), ("{auth-provider: {name: gcp}}", "auth-provider"),
    ("{username: me, password: x}", "username"), ("{token: t, as: root}", "as"),
  ])
  func whatIsNotSupportedIsRefused(user: String, field: String) {
    let error = failure(Self.text.replacing("{token: s3cret-token}", with: user))
    #expect(error?.code == .unsupported)
    #expect(error?.message.contains("user \"me\"") == true)
    #expect(error?.message.contains("`\(field)`") == true)
  }

  @Test func aProxyIsRefusedWithoutItsPassword() {
    let error = failure(
      Self.text.replacing(
        "insecure-skip-tls-verify: true", with: "proxy-url: \"http://u:passw0rd@p:1\""))
    #expect(error?.code == .unsupported)
    #expect(error?.description.contains("passw0rd") == false)
  }

  @Test(arguments: [
    ("contexts: 3", "`contexts` is an integer"), ("contexts: [{context: {}}]", "contexts[0].name"),
    ("- a", "a list"), ("a: [", "not a kubeconfig"),
    ("users: [{name: a, user: text}]", "`user` of users entry \"a\" is a string"),
  ])
  func aWrongFormIsNamed(text: String, part: String) {
    let error = failure(text)
    #expect(error?.code == .malformed)
    #expect(error?.message.contains(part) == true, "\(String(describing: error))")
    #expect(error?.message.contains("/home/me/.kube/config") == true)
  }

  @Test(arguments: [
    ("server: \"https://10.0.0.1:6443/\"", "server: \"ftp://x\"", "neither an https"),
    ("server: \"https://10.0.0.1:6443/\"", "server: 3", "`server` is an integer"),
    ("server: \"https://10.0.0.1:6443/\", ", "", "has no `server`"),
    ("insecure-skip-tls-verify: true", "certificate-authority-data: \"%%%\"", "not base64"),
    (
      "insecure-skip-tls-verify: true", "certificate-authority-data: aGFsbG8=", "no PEM certificate"
    ),
    ("insecure-skip-tls-verify: true", "certificate-authority: ca.crt", "/home/me/.kube/ca.crt"),
    ("{token: s3cret-token}", "{client-certificate: a.crt}", "/home/me/.kube/a.crt"),
  ])
  func aWrongFieldIsNamed(old: String, new: String, part: String) {
    let error = failure(Self.text.replacing(old, with: new))
    #expect(error?.message.contains(part) == true, "\(String(describing: error))")
  }

  @Test func aTokenFileIsPreferredAndRelativeToItsKubeconfig() throws {
    let text = Self.text.replacing(
      "{token: s3cret-token}", with: "{token: s3cret-token, tokenFile: run/token}")
    #expect(try resolve(text).bearerToken == .file(path: "/home/me/.kube/run/token"))
  }
}

extension FileAccess {
  /// Files that are nowhere but in a test.
  static func memory(_ files: [String: String]) -> FileAccess {
    FileAccess { path in
      files[path].map { .success(Array($0.utf8)) } ?? .failure(.missing)
    }
  }
}
