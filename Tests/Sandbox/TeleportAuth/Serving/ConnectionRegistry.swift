import NIOCore
import NIOSSL
import Synchronization

/// The connections that are open, by the name that gRPC gives to the peer, and what each showed in its handshake.
///
/// gRPC's own transport has no "verify a client certificate if there is one"; this stand-in listens by itself, and
/// so has to carry the certificates from the handshake to the calls by itself.
final class ConnectionRegistry: Sendable {
  private struct Entry {
    let channel: any Channel
    var certificates: PresentedCertificates?
  }

  private let entries = Mutex<[String: Entry]>([:])

  func add(_ channel: any Channel) {
    guard let peer = Self.name(of: channel) else { return }
    entries.withLock { $0[peer] = Entry(channel: channel) }
    channel.closeFuture.whenComplete { _ in
      self.entries.withLock { entries in
        if entries[peer]?.channel === channel { entries[peer] = nil }
      }
    }
  }

  func note(_ certificates: PresentedCertificates, of channel: any Channel) {
    guard let peer = Self.name(of: channel) else { return }
    entries.withLock { $0[peer]?.certificates = certificates }
  }

  /// What the peer showed in the handshake; nil where it showed nothing.
  func certificates(of peer: String, tls: TLSSettings) async -> PresentedCertificates? {
    guard let entry = entries.withLock({ $0[peer] }) else { return nil }
    if let certificates = entry.certificates { return certificates }
    // BoringSSL has verified it; only the leaf can be had from it.
    guard let leaf = try? await entry.channel.nioSSL_peerCertificate().get(),
      let certificates = try? tls.attribute(leaf, count: 1)
    else { return nil }
    note(certificates, of: entry.channel)
    return certificates
  }

  func certificates(of channel: any Channel, tls: TLSSettings) async -> PresentedCertificates? {
    guard let peer = Self.name(of: channel) else { return nil }
    return await certificates(of: peer, tls: tls)
  }

  func close(_ peer: String) {
    entries.withLock { $0[peer]?.channel }?.close(promise: nil)
  }

  func closeAll() {
    for entry in entries.withLock({ Array($0.values) }) { entry.channel.close(promise: nil) }
  }

  var count: Int { entries.withLock { $0.count } }

  /// As in `ServerContext.remotePeer`.
  private static func name(of channel: any Channel) -> String? {
    guard let address = channel.remoteAddress, let port = address.port else { return nil }
    switch address {
    case .v4(let v4): return "ipv4:\(v4.host):\(port)"
    case .v6(let v6): return "ipv6:[\(v6.host)]:\(port)"
    case .unixDomainSocket: return nil
    }
  }
}
