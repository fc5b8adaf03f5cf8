import FoundationEssentials
import NIOCore
import NIOFoundationEssentialsCompat

/// What a watch tells of.
public enum WatchEvent: Sendable {
  case added(KubernetesObject)
  case modified(KubernetesObject)
  /// With the object's last state.
  case deleted(KubernetesObject)
  /// Nothing happened up to this resource version.
  case bookmark(resourceVersion: String)

  /// How far the watch has come with this event.
  public var resourceVersion: String {
    switch self {
    case .added(let object), .modified(let object), .deleted(let object):
      object.metadata.resourceVersion
    case .bookmark(let version): version
    }
  }
}

/// One line of a watch: an event, or the error that ends it.
struct WatchLine: Decodable {
  enum Content {
    case event(WatchEvent)
    case failure(StatusDocument)
    /// A kind of event that came after this code was written.
    case unknown
  }

  private enum CodingKeys: CodingKey { case type, object }

  let content: Content

  // The type says how to read the object: an error's is a Status.
  init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    let object = { try members.decode(KubernetesObject.self, forKey: .object) }
    content =
      switch try members.decode(String.self, forKey: .type) {
      case "ADDED": .event(.added(try object()))
      case "MODIFIED": .event(.modified(try object()))
      case "DELETED": .event(.deleted(try object()))
      case "BOOKMARK": .event(.bookmark(resourceVersion: try object().metadata.resourceVersion))
      case "ERROR": .failure(try members.decode(StatusDocument.self, forKey: .object))
      default: .unknown
      }
  }

  /// - Throws: `KubernetesError`: the server's where the line is an error, `.malformedResponse` where it cannot
  ///   be read.
  static func event(from line: ByteBuffer, request: APIRequest) throws(KubernetesError)
    -> WatchEvent?
  {
    let content: Content
    do {
      let data = Data(buffer: line, byteTransferStrategy: .noCopy)
      content = try JSONDecoder().decode(WatchLine.self, from: data).content
    } catch {
      throw KubernetesError(
        .malformedResponse, "a line of the watch is not what the API promises", httpStatus: 200,
        request: request.description)
    }
    switch content {
    case .event(let event): return event
    case .unknown: return nil
    case .failure(let status):
      throw KubernetesError(
        status, httpStatus: status.code ?? 500, request: request.description,
        quotes: request.quotesServer)
    }
  }
}
