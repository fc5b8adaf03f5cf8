import Documents
import FoundationEssentials

/// Where a paged list goes on, and at which revision.
struct ContinueToken: Sendable {
  /// Not positive for a list that goes on with whatever is there now.
  let revision: Int64
  let start: ObjectKey

  init(revision: Int64, start: ObjectKey) {
    self.revision = revision
    self.start = start
  }

  /// - Throws: 400 where the text is no token.
  init(_ text: String) throws(APIStatus) {
    var base64 = text.replacing("-", with: "+").replacing("_", with: "/")
    while base64.utf8.count % 4 != 0 { base64.append("=") }
    guard let data = Data(base64Encoded: base64), let json = try? JSONValue(json: data),
      let revision = json["rv"]?.integer, let start = json["start"]?.string
    else { throw .badRequest("continue key is not valid: illegal base64 data") }
    self.init(revision: revision, start: ObjectKey(path: start))
  }

  var text: String {
    let json: JSONValue = [
      "v": "meta.k8s.io/v1", "rv": .integer(revision), "start": .string(start.path),
    ]
    return Data(json.jsonBytes).base64EncodedString().replacing("+", with: "-")
      .replacing("/", with: "_").replacing("=", with: "")
  }
}
