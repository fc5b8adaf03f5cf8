import Glibc
import Synchronization

/// Loopback addresses, each handed out once in this process; all of 127.0.0.0/8 is this machine.
enum LoopbackHost {
  private static let count = Mutex(0)

  static func next() -> String {
    let number = count.withLock { count in
      count += 1
      return count
    }
    // By process too, as far as the numbers reach.
    return "127.\(1 + getpid() % 250).\(number / 250 % 250).\(1 + number % 250)"
  }
}
