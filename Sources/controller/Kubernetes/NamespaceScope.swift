import Kubernetes
import Operations

/// Which custom resources this controller looks after. The others it neither reads nor changes.
struct NamespaceScope: Hashable, Sendable, CustomStringConvertible {
  /// Distinct, in the order given; nil for all.
  let names: [String]?
  let selector: LabelSelector

  /// What there is one reflector for, per kind; nil stands for all namespaces.
  var reflected: [String?] { names.map { $0.map(Optional.some) } ?? [nil] }

  /// Where the Lease is: of several namespaces none is fitter than the controller's own.
  func leaseNamespace(home: String) -> String { names?.count == 1 ? names?.first ?? home : home }

  /// `a, b with the labels team=x`.
  var description: String {
    let place = names?.joined(separator: ", ") ?? "all namespaces"
    return selector == .all ? place : "\(place) with the labels \(selector)"
  }

  /// - Parameter text: a namespace, several with commas between them, or `*`.
  /// - Throws: `InvalidOption` that names the option by `name`.
  static func names(_ text: String, of name: String) throws(InvalidOption) -> [String]? {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(trimmed)
    if parts == ["*"] { return nil }
    for part in parts where !isName(part) {
      throw InvalidOption(
        "\(name): '\(part)' is not the name of a namespace; give one, several with commas between them, or '*' for all"
      )
    }
    var seen: Set<String> = []
    return parts.filter { seen.insert($0).inserted }
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text.drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    return String(text)
  }

  /// RFC 1123: at most 63 lower-case letters, digits and `-`, neither first nor last a `-`.
  private static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last, text.utf8.count <= 63 else {
      return false
    }
    let dash = UInt8(ascii: "-")
    return first != dash && last != dash
      && text.utf8.allSatisfy { byte in
        byte == dash || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      }
  }
}

extension NamespaceScope {
  /// Reads `--namespace` and `--selector`.
  init(_ source: OptionSource, default namespace: String) throws(InvalidOption) {
    names = try Self.names(
      source.text("namespace") ?? namespace, of: source.name("namespace"))
    let text = source.text("selector") ?? ""
    do {
      selector = try LabelSelector(text)
    } catch {
      throw InvalidOption(
        "\(source.name("selector")): '\(text)' is not a label selector: \(error); an example is 'team=a,env in (dev,test)'"
      )
    }
  }
}
