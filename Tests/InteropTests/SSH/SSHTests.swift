import FoundationEssentials
import Testing

extension PublishedCredentials {
  /// OpenSSH on the SSH half of the published files.
  @Suite(
    .enabled(if: SSHProgram.keygen != nil, "ssh-keygen is missing: apt install openssh-client"))
  struct SSHTests {
    private func keygen() throws -> SSHProgram { try #require(SSHProgram.keygen) }

    @Test("the certificate is the user's, as long valid as the TLS one", arguments: majors)
    func certificate(major: Int) async throws {
      let published = try PublishedCredentials.of(major)
      let tls = try OpenSSLCertificate(pem: try published.text("tlscert"))

      // ssh-keygen also verifies the signature.
      let shown = try await keygen().run("-L", "-f", published.path("key-cert.pub"))

      #expect(shown.status == 0)
      let type = major < 17 ? "ssh-rsa" : "ecdsa-sha2-nistp256"
      #expect(shown.lines.contains("Type: \(type)-cert-v01@openssh.com user certificate"))
      #expect(shown.lines.contains("Key ID: \"\(Publication.user)\""))
      let style = Date.ISO8601FormatStyle()
      let end = try tls.notAfter.formatted(style).dropLast()
      // The start has fractions of a second, which one kind of certificate may round up and the other down.
      let validity = try [-1.0, 0, 1].map { offset in
        let start = try tls.notBefore.addingTimeInterval(offset).formatted(style).dropLast()
        return "Valid: from \(start) to \(end)"
      }
      #expect(!Set(validity).isDisjoint(with: shown.lines))
      let principals = shown.lines(after: "Principals:", before: "Critical Options:")
      // DER sorts the values of an attribute.
      #expect(principals.sorted() == (try tls.subject("L").sorted()))
      #expect(principals.contains("-teleport-internal-join"))
      let extensions = shown.lines(after: "Extensions:", before: "none")
      #expect(extensions.contains("permit-pty"))
      #expect(extensions.contains { $0.hasPrefix("teleport-roles ") })
    }

    @Test("a certificate that was tampered with is refused")
    func tampered() async throws {
      let line = try PublishedCredentials.of(18).text("key-cert.pub")
      let words = line.split(separator: " ")
      var blob = try #require(
        Data(base64Encoded: words[1].filter { !$0.isWhitespace }))
      // In the user's name.
      let name = try #require(blob.firstRange(of: Data(Publication.user.utf8)))
      blob[name.lowerBound] = UInt8(ascii: "x")
      let path = FileManager.default.temporaryDirectory
        .appending(path: "interop-\(UUID().uuidString).pub").path()
      defer { try? FileManager.default.removeItem(atPath: path) }
      func write(_ blob: Data) throws {
        try Data("\(words[0]) \(blob.base64EncodedString())\n".utf8)
          .write(to: URL(filePath: path))
      }

      try write(blob)
      let refused = try await keygen().run("-L", "-f", path)
      blob[name.lowerBound] = UInt8(ascii: "b")
      try write(blob)
      let accepted = try await keygen().run("-L", "-f", path)

      #expect(refused.status != 0)
      #expect(accepted.status == 0)
    }

    @Test("key, public key and certificate are of one key", arguments: majors)
    func oneKey(major: Int) async throws {
      let published = try PublishedCredentials.of(major)
      let derived = try await keygen().run("-y", "-f", published.path("key"))
      let fingerprint = try await keygen().run("-l", "-f", published.path("key.pub"))
      let shown = try await keygen().run("-L", "-f", published.path("key-cert.pub"))

      #expect(derived.status == 0)
      #expect(derived.output == (try published.text("key.pub")))
      let hash = try #require(fingerprint.output.split(separator: " ").dropFirst().first)
      #expect(hash.hasPrefix("SHA256:"))
      #expect(
        shown.lines.contains { $0.hasPrefix("Public key: ") && $0.hasSuffix(" \(hash)") })
    }

    @Test("known_hosts vouches for the cluster's hosts and no others", arguments: majors)
    func knownHosts(major: Int) async throws {
      let published = try PublishedCredentials.of(major)
      let path = published.path("known_hosts")
      let cluster = published.sandbox.clusterName

      let own = try await keygen().run("-F", "node.\(cluster)", "-f", path)
      let other = try await keygen().run("-F", "node.example.org", "-f", path)

      #expect(own.status == 0)
      #expect(own.output.contains("CA"))
      #expect(other.status != 0)
    }
  }
}
