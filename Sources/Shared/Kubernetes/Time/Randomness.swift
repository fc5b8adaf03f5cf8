import Synchronization

/// A source of randomness that several tasks share.
public final class Randomness: Sendable {
  private let generator: Mutex<any RandomNumberGenerator & Sendable>

  public init(
    _ generator: sending any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
  ) {
    self.generator = Mutex(generator)
  }

  func use<Result: Sendable>(
    _ body: (inout any RandomNumberGenerator & Sendable) -> Result
  ) -> Result {
    generator.withLock { body(&$0) }
  }
}
