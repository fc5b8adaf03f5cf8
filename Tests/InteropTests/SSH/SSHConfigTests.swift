import Credentials
import FoundationEssentials
import Operations
import Testing

extension PublishedCredentials {
  /// OpenSSH on the configuration that it is to connect with.
  @Suite(.enabled(if: SSHProgram.client != nil, "ssh is missing: apt install openssh-client"))
  struct SSHConfigTests {
    /// What ssh would do for a host, by option.
    private func options(
      _ published: Publication, _ host: String
    ) async throws -> [String: String] {
      let shown = try await #require(SSHProgram.client)
        .run("-G", "-F", published.path("ssh_config"), host)
      #expect(shown.status == 0)
      var options: [String: String] = [:]
      for line in shown.lines {
        let words = line.split(separator: " ", maxSplits: 1)
        options[String(words[0])] = words.count > 1 ? String(words[1]) : ""
      }
      return options
    }

    @Test("the cluster's hosts are dialled with the published files", arguments: majors)
    func clusterHost(major: Int) async throws {
      let published = try PublishedCredentials.of(major)
      let options = try await options(published, "node.\(published.sandbox.clusterName)")

      #expect(options["port"] == "3022")
      #expect(options["identityfile"] == published.path("key"))
      #expect(options["certificatefile"] == published.path("key-cert.pub"))
      #expect(options["userknownhostsfile"] == published.path("known_hosts"))
      let algorithms = options["hostkeyalgorithms"]?.split(separator: ",") ?? []
      #expect(algorithms.contains("rsa-sha2-512-cert-v01@openssh.com"))
      #expect(algorithms.contains("ecdsa-sha2-nistp256-cert-v01@openssh.com") == (major >= 17))
    }

    @Test("other hosts are none of its business")
    func otherHost() async throws {
      let published = try PublishedCredentials.of(18)
      let options = try await options(published, "node.example.org")

      #expect(options["port"] == "22")
      #expect(options["certificatefile"] == nil)
    }

    @Test("a percent sign in the path stays one")
    func percentSign() async throws {
      let path = FileManager.default.temporaryDirectory
        .appending(path: "interop-100%d-\(UUID().uuidString)").path()
      defer { try? FileManager.default.removeItem(atPath: path) }
      let config = try SSHConfig(clusterName: "main", directory: "/a%d b", algorithm: .p256).text
      try Data(config.utf8).write(to: URL(filePath: path))

      let shown = try await #require(SSHProgram.client).run("-G", "-F", path, "node.main")

      #expect(shown.status == 0)
      #expect(shown.lines.contains { $0.hasPrefix("identityfile /a%") && $0.hasSuffix("d b/key") })
    }
  }
}
