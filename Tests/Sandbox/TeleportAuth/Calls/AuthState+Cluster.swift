import TeleportSchema

extension AuthState {
  func ping(_ call: Call) throws(CallError) -> Reply {
    var writer = WireWriter()
    writer.string(1, clusterName)
    writer.string(2, version.description)
    writer.bytes(3, features.message(major: major))
    writer.string(4, "\(clusterName):443")
    return .message(writer.bytes)
  }

  func getDomainName(_ call: Call) throws(CallError) -> Reply {
    var writer = WireWriter()
    writer.string(1, clusterName)
    return .message(writer.bytes)
  }

  func getClusterCACert(_ call: Call) throws(CallError) -> Reply {
    let pem: String
    do {
      pem = try pki.hostCertificates.map { try $0.pem }.joined()
    } catch {
      throw CallError(.unknown, "\(error)")
    }
    return .message(Array(pem.utf8).wrapped(in: 1))
  }
}
