import Credentials
import Operations

/// A directory whose files are switched in one rename.
struct DirectoryDelivery: Delivery {
  private let path: String
  private let format: Output.Format
  private let writesSSHConfig: Bool
  private let publisher: DirectoryPublisher

  init(
    path: String, access: FileAccess, output: Output, fileSystem: any FileSystem = SystemCalls()
  ) {
    self.path = path
    format = output.format
    writesSSHConfig = output.writesSSHConfig
    publisher = DirectoryPublisher(path: path, access: access, fileSystem: fileSystem)
  }

  func prepare() async throws {
    let publisher = publisher
    try await onBlockingThread { try publisher.prepare() }
  }

  func deliver(_ issued: IssuedCredentials, generation: String) async throws {
    let publisher = publisher
    let files = try files(of: issued)
    try await onBlockingThread { try publisher.publish(files, generation: generation) }
  }

  private func files(
    of issued: IssuedCredentials
  ) throws(CredentialsError) -> [PublishedFile: Secret<String>] {
    switch format {
    case .identity where writesSSHConfig: try issued.files(destination: path)
    case .identity: issued.files
    case .tls: issued.tlsFiles()
    }
  }
}
