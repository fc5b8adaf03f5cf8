import Testing

extension PublishedCredentials {
  /// The order of the combined `identity` file, which Teleport's tools rely on.
  @Suite struct IdentityFileTests {
    @Test(
      "elements stand in the order of key, SSH certificate, certificate, SSH CAs, CAs",
      arguments: majors)
    func order(major: Int) throws {
      let published = try PublishedCredentials.of(major)
      let elements = try Self.elements(published.text("identity"))

      let key = major < 17 ? "RSA PRIVATE KEY" : "PRIVATE KEY"
      let ssh = major < 17 ? "ssh-rsa" : "ecdsa-sha2-nistp256"
      #expect(
        elements.map(\.label) == [
          key, "\(ssh)-cert-v01@openssh.com", "CERTIFICATE", "@cert-authority", "CERTIFICATE",
        ])
      // Compared before it is expected: a private key is no text to print.
      let isWhole = try elements.map(\.text).joined() == published.text("identity")
      #expect(isWhole)
    }

    @Test("each element is the file that it stands for", arguments: majors)
    func content(major: Int) throws {
      let published = try PublishedCredentials.of(major)
      let elements = try Self.elements(published.text("identity"))
      let count = elements.count
      try #require(count == 5)

      let isKey = try elements[0].text == published.text("key")
      #expect(isKey)
      #expect(elements[1].text == (try published.text("key-cert.pub")))
      #expect(elements[2].text == (try published.text("tlscert")))
      #expect(elements[4].text == (try published.text("teleport-host-ca.crt")))
      // "@cert-authority HOSTS TYPE KEY"
      let words = elements[3].text.split(whereSeparator: \.isWhitespace)
      try #require(words.count >= 4)
      let hosts = words[1].split(separator: ",").map(String.init)
      let cluster = published.sandbox.clusterName
      #expect(hosts.contains(cluster) || hosts.contains("*.\(cluster)"))
      let key = try #require(SSHKeyLine("\(words[2]) \(words[3])\n"))
      #expect(key.type == (major < 17 ? "ssh-rsa" : "ecdsa-sha2-nistp256"))
    }

    private struct Element {
      /// A PEM block's, or a line's first word.
      let label: String
      var text: String
    }

    private static func elements(_ file: String) -> [Element] {
      var elements: [Element] = []
      var isInside = false
      for line in file.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
        if isInside {
          elements[elements.count - 1].text += "\(line)\n"
          isInside = !line.hasPrefix("-----END ")
        } else if line.hasPrefix("-----BEGIN ") {
          isInside = true
          let label = line.dropFirst("-----BEGIN ".count).dropLast("-----".count)
          elements.append(Element(label: String(label), text: "\(line)\n"))
        } else {
          let label = line.prefix { $0 != " " }
          elements.append(Element(label: String(label), text: "\(line)\n"))
        }
      }
      return elements
    }
  }
}
