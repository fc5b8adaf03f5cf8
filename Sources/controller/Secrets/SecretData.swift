import Documents
import FoundationEssentials
import Kubernetes
import Operations

/// What a Secret holds, for those whom it allows to look.
struct SecretData: Sendable {
  /// Names the custom resources that may look up the Secret's values, separated by commas, or `*` for all.
  ///
  /// Source: the official operator's `secretlookup`. Names in a list may have spaces around them; `*` stands alone.
  static let annotation = "resources.teleport.dev/allow-lookup-from-cr"

  let uid: String
  let resourceVersion: String
  private let allowed: String?
  /// By key, base64.
  private let data: Secret<[String: JSONValue]>

  init(_ secret: KubernetesObject) {
    uid = secret.metadata.uid
    resourceVersion = secret.metadata.resourceVersion
    allowed = secret.metadata.annotations[Self.annotation]
    data = Secret(secret.body["data"]?.object ?? [:])
  }

  /// The value as the field wants it.
  ///
  /// - Parameter object: the name of the custom resource that asks.
  func value(
    of place: SecretReferences.Place, for object: String
  ) throws(SecretAbsence) -> String {
    // Before the key: who may not look must not learn which keys there are.
    guard let allowed else { throw .notOptedIn }
    guard allowed == "*" || Self.names(allowed).contains(where: { $0 == object }) else {
      throw .notAllowed
    }
    guard let base64 = data.reveal()[place.reference.key]?.string,
      let bytes = Data(base64Encoded: base64)
    else { throw .keyNotFound }
    // Teleport takes an empty value for none at all.
    if bytes.isEmpty { throw .empty }
    if place.isBytes { return base64 }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
    return text
  }

  private static func names(_ list: String) -> [Substring] {
    list.split(separator: ",").map { name in
      var name = name.drop { $0.isWhitespace }
      while name.last?.isWhitespace == true { name.removeLast() }
      return name
    }
  }
}

/// Why a reference leads to no value.
enum SecretAbsence: Error, Hashable, Sendable {
  case notFound
  case forbidden
  case unavailable(KubernetesError.Code)
  case notOptedIn
  case notAllowed
  case keyNotFound
  case empty
  case notUTF8

  func issue(
    _ place: SecretReferences.Place, object: String
  ) -> SecretReferenceError.Issue {
    let name = place.reference.name
    let key = place.reference.key
    let (code, message): (SecretReferenceError.Code, String) =
      switch self {
      case .notFound:
        (.secretNotFound, "there is no Secret \(name) in this namespace; create it")
      case .forbidden:
        (
          .forbidden,
          "the operator may not read the Secret \(name); allow its service account to get it by name"
        )
      case .unavailable(let code):
        (.unavailable, "the Secret \(name) cannot be read (\(code.rawValue)); it is tried again")
      case .notOptedIn:
        (
          .notOptedIn,
          "the Secret \(name) does not allow it; annotate it with \(SecretData.annotation): \(object)"
        )
      case .notAllowed:
        (
          .notAllowed,
          "the Secret \(name) allows it to others only; add \(object) to its annotation "
            + SecretData.annotation
        )
      case .keyNotFound: (.keyNotFound, "the Secret \(name) has no key \(key); add it")
      case .empty: (.empty, "the key \(key) of the Secret \(name) is empty; give it a value")
      case .notUTF8:
        (.notUTF8, "the key \(key) of the Secret \(name) is no UTF-8 text, which the field needs")
      }
    return SecretReferenceError.Issue(code: code, path: place.path, message: message)
  }
}
