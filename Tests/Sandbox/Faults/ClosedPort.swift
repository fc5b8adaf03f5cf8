import Glibc

/// A loopback port that nobody listens on, and that nobody else gets: connections to it are refused.
///
/// A port that was merely used and closed can be another server's a moment later, where tests run side by side.
public final class ClosedPort: Sendable {
  public let number: Int
  private let descriptor: Int32

  /// - Parameter number: 0 for any.
  /// - Returns: nil where the port is taken.
  public init?(_ number: Int = 0) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    // A port that was just used has connections that are not quite over. Asking for any port, reuse would also find
    // those that others keep.
    var reuse: Int32 = number == 0 ? 0 : 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(number)).bigEndian
    address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    self.descriptor = descriptor
    self.number = Int(UInt16(bigEndian: address.sin_port))
    guard isBound else {
      close(descriptor)
      return nil
    }
  }

  deinit { close(descriptor) }
}
