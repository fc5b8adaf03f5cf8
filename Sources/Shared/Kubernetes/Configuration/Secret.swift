/// A text that must not be seen: every description of it, and of what holds it, is redacted.
public struct Secret: Hashable, Sendable {
  package let text: String

  public init(_ text: String) { self.text = text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "(redacted)" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}
