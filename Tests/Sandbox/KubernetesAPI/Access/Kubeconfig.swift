import FoundationEssentials
import Glibc

/// A kubeconfig with one cluster, one user and one context, all called `sandbox`.
struct Kubeconfig: Sendable {
  enum Credential: Sendable {
    case token(String)
    case certificate(SandboxCertificates.Pair)
  }

  let url: String
  let authorityPEM: String
  let credential: Credential
  var namespace = "default"

  var text: String {
    let user =
      switch credential {
      case .token(let token): "    token: \"\(token)\""
      case .certificate(let pair):
        """
            client-certificate-data: \(Self.base64(pair.certificatePEM))
            client-key-data: \(Self.base64(pair.keyPEM))
        """
      }
    return """
      apiVersion: v1
      kind: Config
      current-context: sandbox
      contexts:
      - name: sandbox
        context:
          cluster: sandbox
          namespace: \(namespace)
          user: sandbox
      clusters:
      - name: sandbox
        cluster:
          server: \(url)
          certificate-authority-data: \(Self.base64(authorityPEM))
      users:
      - name: sandbox
        user:
      \(user)

      """
  }

  /// Writes the file so that it exists whole or not at all, readable by its owner only.
  ///
  /// - Throws: `SandboxError` naming the path.
  func write(to path: String) throws {
    let draft = "\(path).\(UUID().uuidString)"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SandboxError.cannotWrite(path, errno: errno) }
    let bytes = Array(text.utf8)
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count <= 0 { break }
      written += count
    }
    let isWhole = written == bytes.count && fsync(descriptor) == 0
    close(descriptor)
    guard isWhole, rename(draft, path) == 0 else {
      let code = errno
      unlink(draft)
      throw SandboxError.cannotWrite(path, errno: code)
    }
  }

  private static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
}

/// Why the sandbox could not do what it was told, other than by an answer of the API.
public struct SandboxError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: String, Sendable {
    /// A file could not be written.
    case cannotWrite
    /// There is no user, resource or object of that name.
    case unknownName
    /// A document is not what it should be.
    case badDocument
  }

  public let code: Code
  public let description: String

  static func cannotWrite(_ path: String, errno: Int32) -> SandboxError {
    SandboxError(
      code: .cannotWrite, description: "cannot write \(path): \(String(cString: strerror(errno)))")
  }

  static func unknown(_ what: String, _ name: String) -> SandboxError {
    SandboxError(code: .unknownName, description: "the sandbox has no \(what) \"\(name)\"")
  }

  static func badDocument(_ text: String) -> SandboxError {
    SandboxError(code: .badDocument, description: text)
  }
}
