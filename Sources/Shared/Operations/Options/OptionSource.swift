/// An option or variable whose value cannot be used. Says which, what was given, and what would do.
public struct InvalidOption: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}

/// Where the values of options come from: the command line first, then the environment.
///
/// The variable of `--auth-server` under prefix `TBOT_LITE` is `TBOT_LITE_AUTH_SERVER`. An empty variable is none.
public struct OptionSource: Sendable {
  private let prefix: String
  private let given: [String: String]
  private let environment: [String: String]

  /// - Parameter given: what stood on the command line, by long name without dashes.
  public init(prefix: String, given: [String: String?], environment: [String: String]) {
    self.prefix = prefix
    self.given = given.compactMapValues { $0 }
    self.environment = environment
  }

  public func variable(_ option: String) -> String {
    "\(prefix)_" + option.uppercased().replacing("-", with: "_")
  }

  public func text(_ option: String) -> String? {
    if let value = given[option] { return value }
    let value = environment[variable(option)]
    return value?.isEmpty == false ? value : nil
  }

  /// What to call the option in a message: as the person gave it, on the command line or in the environment.
  public func name(_ option: String) -> String {
    given[option] == nil && text(option) != nil ? variable(option) : "--" + option
  }

  /// The value of an option that has a form.
  ///
  /// - Parameters:
  ///   - form: what the value has to be, as in "host:port".
  ///   - parse: nil for a text of another form.
  public func value<Value>(
    _ option: String, default fallback: String, _ form: String, _ parse: (String) -> Value?
  ) throws(InvalidOption) -> Value {
    let text = text(option) ?? fallback
    guard let value = parse(text) else {
      throw InvalidOption("\(name(option)): '\(text)' is not \(form)")
    }
    return value
  }
}
