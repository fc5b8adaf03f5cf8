import FoundationEssentials
import KubernetesSandbox
import Operations
import Testing

@testable import Kubernetes

@Suite("client certificates")
struct ClientCertificateTests {
  private func kubeconfig(certificate: String, key: String?) -> String {
    let encode = { (text: String) in Data(text.utf8).base64EncodedString() }
    let keyField = key.map { ", client-key-data: \(encode($0))" } ?? ""
    return """
      current-context: a
      contexts: [{name: a, context: {cluster: c, user: u}}]
      clusters: [{name: c, cluster: {server: "https://a"}}]
      users: [{name: u, user: {client-certificate-data: \(encode(certificate))\(keyField)}}]
      """
  }

  private func resolve(_ text: String) throws -> KubernetesConfiguration {
    try Kubeconfig(text: text, file: "/k").resolve()
  }

  @Test func aCertificateNeedsItsOwnKey() async throws {
    let server = try await KubernetesSandbox.start()
    await server.shutdown()
    let pair = try server.clientCertificate(user: "admin")
    let other = try server.clientCertificate(user: "admin")
    let good = try resolve(kubeconfig(certificate: pair.certificate, key: pair.key))
    #expect(good.clientIdentity?.certificateChain == pair.certificate)
    #expect(!"\(good)".contains("PRIVATE"))
    let mixed = #expect(throws: ConfigurationError.self) {
      try resolve(kubeconfig(certificate: pair.certificate, key: other.key))
    }
    #expect(mixed?.code == .badCertificate)
    #expect(mixed?.message.contains("do not belong together") == true)
    #expect(mixed?.message.contains("user \"u\" in /k") == true)
    let half = #expect(throws: ConfigurationError.self) {
      try resolve(kubeconfig(certificate: pair.certificate, key: nil))
    }
    #expect(half?.message.contains("`client-key` is missing") == true)
    let junk = #expect(throws: ConfigurationError.self) {
      try resolve(kubeconfig(certificate: pair.certificate, key: "junk"))
    }
    #expect(junk?.message.contains("not a PEM private key") == true)
  }

  @Test func aCertificateIsProofEnough() async throws {
    let server = try await KubernetesSandbox.start()
    let pair = try server.clientCertificate(user: "admin")
    let configuration = KubernetesConfiguration(
      server: server.url, trust: .roots(pem: server.caPEM),
      clientIdentity: .init(certificateChain: pair.certificate, privateKey: Secret(pair.key)))
    try await KubernetesClient.with(configuration) { client in
      let list = try await client.list(.namespaces, namespace: nil)
      #expect(list.items.map(\.metadata.name).contains("default"))
    }
    await server.shutdown()
  }
}
