import FoundationEssentials
import Glibc
import Operations

/// Reads what a `DirectoryPublisher` publishes, or what tbot wrote.
///
/// - Guarantees: certificate, key and CAs of one generation: it is opened once and all files are read from it.
public struct PublishedDirectory: Sendable {
  public let path: String

  public init(path: String) { self.path = path }

  /// A generation's identity and a name that changes with it.
  public struct Generation: Sendable {
    public let name: String
    public let identity: TLSIdentity
  }

  /// The current generation. Blocks.
  ///
  /// - Throws: `.notReady` where nothing has been published yet, `.mismatch` where a writer that is not atomic was
  ///   caught in the middle: both are worth another try.
  public func read() throws(CredentialsError) -> Generation {
    let current = "\(path)/\(DirectoryPublisher.current)"
    // A plain directory, as tbot writes it, has no ..data.
    guard access(current, F_OK) != 0 else { return try read(from: current) }
    do {
      return try read(from: path)
    } catch {
      // The first generation may have come in between.
      guard access(current, F_OK) == 0 else { throw error }
      return try read(from: current)
    }
  }

  private func read(from location: String) throws(CredentialsError) -> Generation {
    let directory = open(location, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { throw FileSystemCall.error(errno, "open", location) }
    defer { close(directory) }
    func file(_ file: PublishedFile) throws(CredentialsError) -> String {
      try FileSystemCall.read(
        file.rawValue, in: directory, path: "\(path)/\(file.rawValue)")
    }
    let identity = try TLSIdentity(
      certificatePEM: file(.certificate), keyPEM: Secret(file(.key)),
      trustedCAPEMs: PEM.blocks(file(.hostCA), label: "CERTIFICATE"), source: path)
    return Generation(name: identity.certificate.fingerprint, identity: identity)
  }
}
