import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOFoundationEssentialsCompat

extension HTTPClientResponse {
  func wholeBody(upTo limit: Int, request: APIRequest) async throws -> Data {
    do {
      return Data(buffer: try await body.collect(upTo: limit), byteTransferStrategy: .noCopy)
    } catch is NIOTooManyBytesError {
      throw KubernetesError(
        .malformedResponse, "the answer is larger than \(limit) bytes",
        httpStatus: Int(status.code), effect: .unknown, request: request.description)
    }
  }
}

extension KubernetesError {
  /// The error for an answer that is not a success.
  init(response: HTTPClientResponse, body: Data, request: APIRequest) {
    let httpStatus = Int(response.status.code)
    if let status = try? JSONDecoder().decode(StatusDocument.self, from: body),
      status.kind == "Status"
    {
      self.init(
        status, httpStatus: httpStatus, request: request.description, quotes: request.quotesServer)
    } else {
      self.init(
        Self.code(httpStatus: httpStatus), "the server answered \(httpStatus)",
        httpStatus: httpStatus, request: request.description)
    }
    if let seconds = response.headers.first(name: "retry-after").flatMap({ Int($0) }) {
      retryAfter = .seconds(max(0, seconds))
    }
    // A gateway that gives up says nothing of what the server behind it did.
    if httpStatus == 502 || httpStatus == 504 { effect = .unknown }
  }
}
