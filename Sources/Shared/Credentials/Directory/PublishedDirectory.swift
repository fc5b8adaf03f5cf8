import Glibc
import Operations

/// Reads what a `DirectoryPublisher` publishes, or what tbot wrote.
///
/// - Guarantees: certificate, key and CAs of one generation: it is opened once and all files are read from it. Reading
///   file by file through the names at the top, as other programs do, can mix two generations when a publication comes in
///   between; that is what `..data` is for.
public struct PublishedDirectory: Sendable {
  public let path: String
  private let fileSystem: any FileSystem

  public init(path: String, fileSystem: any FileSystem = SystemCalls()) {
    self.path = path
    self.fileSystem = fileSystem
  }

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
    try fromCurrent { directory throws(CredentialsError) in
      let identity = try TLSIdentity(
        certificatePEM: required(.certificate, in: directory),
        keyPEM: Secret(required(.key, in: directory)),
        trustedCAPEMs: PEM.blocks(required(.hostCA, in: directory), label: "CERTIFICATE"),
        source: path)
      return Generation(name: identity.certificate.fingerprint, identity: identity)
    }
  }

  /// All files of the current generation. Blocks.
  ///
  /// - Throws: `.notReady` where nothing has been published yet.
  public func texts() throws(CredentialsError) -> [PublishedFile: Secret<String>] {
    try fromCurrent { directory throws(CredentialsError) in
      var texts: [PublishedFile: Secret<String>] = [:]
      for file in PublishedFile.allCases {
        if let text = try directory.text(file.rawValue) { texts[file] = Secret(text) }
      }
      guard !texts.isEmpty else {
        throw CredentialsError(.notReady, "nothing has been published in \(path) yet")
      }
      return texts
    }
  }

  /// One file of the current generation; nil where it has none of that name. Blocks.
  public func text(of file: PublishedFile) throws(CredentialsError) -> Secret<String>? {
    try fromCurrent { directory throws(CredentialsError) in
      try directory.text(file.rawValue).map(Secret.init)
    }
  }

  private func required(
    _ file: PublishedFile, in directory: borrowing OpenDirectory
  ) throws(CredentialsError) -> String {
    if let text = try directory.text(file.rawValue) { return text }
    throw CredentialsError(.notReady, "cannot read \(path)/\(file.rawValue): it is not there")
  }

  /// Tries again where the generation was superseded while it was being read: it may be gone by then.
  private func fromCurrent<Value>(
    _ body: (borrowing OpenDirectory) throws(CredentialsError) -> Value
  ) throws(CredentialsError) -> Value {
    // So many publications in a row do not happen; a link that leads nowhere does.
    for _ in 0..<100 {
      let directory = try openCurrent()
      do throws(CredentialsError) {
        return try body(directory)
      } catch {
        let now = try? openCurrent().status()
        guard let now, let then = try? directory.status(),
          now.inode != then.inode || now.device != then.device
        else { throw error }
      }
    }
    throw CredentialsError(.notReady, "\(path) changes faster than it can be read")
  }

  private func openCurrent() throws(CredentialsError) -> OpenDirectory {
    for _ in 0..<100 {
      if let current = try open("\(path)/\(DirectoryPublisher.current)") { return current }
      // A plain directory, as tbot writes it, has no ..data.
      guard let plain = try open(path) else {
        throw CredentialsError(SystemCallError(code: ENOENT), "open \(path)")
      }
      if try plain.target(of: DirectoryPublisher.current) == nil { return plain }
      // It came just now, or was switched between the look at the link and at what it leads to.
    }
    throw CredentialsError(
      .notReady, "\(path)/\(DirectoryPublisher.current) leads to a generation that is not there")
  }

  /// nil where there is no such directory.
  private func open(_ location: String) throws(CredentialsError) -> OpenDirectory? {
    do throws(SystemCallError) {
      return try OpenDirectory(path: location, followingLinks: true, fileSystem: fileSystem)
    } catch {
      if error.code == ENOENT { return nil }
      throw CredentialsError(error, "open \(location)")
    }
  }
}
