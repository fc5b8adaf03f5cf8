import Documents
import FoundationEssentials
import NIOCore

/// What a watch tells of.
public enum WatchEvent: Sendable {
  case added(PackedObject)
  case modified(PackedObject)
  /// With the object's last state.
  case deleted(PackedObject)
  /// Nothing happened up to this resource version.
  case bookmark(resourceVersion: String)

  /// How far the watch has come with this event.
  public var resourceVersion: String {
    switch self {
    case .added(let object), .modified(let object), .deleted(let object):
      object.resourceVersion
    case .bookmark(let version): version
    }
  }
}

/// One line of a watch: an event, or the error that ends it.
struct WatchLine {
  private let type: String
  private let object: Range<Int>
  private let text: [UInt8]

  private init(_ text: [UInt8]) throws(DocumentError) {
    self.text = text
    var type: String?
    var object: Range<Int>?
    var reader = try JSONReader(text)
    try reader.object(of: "the line") { reader, member throws(DocumentError) in
      switch member {
      case "type": type = try reader.string(of: member)
      case "object": object = try reader.skipValue()
      default: try reader.skipValue()
      }
    }
    try reader.finish()
    guard let type, let object else {
      throw DocumentError(.malformed, "a line without type or object")
    }
    self.type = type
    self.object = object
  }

  /// - Returns: nil for a kind of event that came after this code was written.
  /// - Throws: `KubernetesError`: the server's where the line is an error, `.malformedResponse` where it cannot
  ///   be read.
  static func event(from line: ByteBuffer, request: APIRequest) throws(KubernetesError)
    -> WatchEvent?
  {
    let status: StatusDocument
    do {
      let line = try WatchLine(Array(line.readableBytesView))
      // The type says how to read the object: an error's is a Status.
      switch line.type {
      case "ADDED": return .added(try line.packed())
      case "MODIFIED": return .modified(try line.packed())
      case "DELETED": return .deleted(try line.packed())
      case "BOOKMARK": return .bookmark(resourceVersion: try line.packed().resourceVersion)
      case "ERROR":
        status = try JSONDecoder().decode(StatusDocument.self, from: Data(line.text[line.object]))
      default: return nil
      }
    } catch {
      throw KubernetesError(
        .malformedResponse, "a line of the watch is not what the API promises", httpStatus: 200,
        request: request.description)
    }
    throw KubernetesError(
      status, httpStatus: status.code ?? 500, request: request.description,
      quotes: request.quotesServer)
  }

  private func packed() throws(DocumentError) -> PackedObject {
    var reader = JSONReader(validated: text, object)
    return PackedObject(try ObjectReading(&reader), text)
  }
}
