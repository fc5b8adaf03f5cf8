import NIOCore

/// Cuts a stream of bytes into lines.
struct LineSplitter {
  struct LineTooLong: Error, Hashable {
    let limit: Int
  }

  private let limit: Int
  private var buffer = ByteBuffer()
  /// How many readable bytes are known to hold no line end, so that no byte is looked at twice.
  private var searched = 0

  /// - Parameter limit: The longest line, in bytes.
  init(limit: Int) { self.limit = limit }

  mutating func append(_ chunk: ByteBuffer) {
    if buffer.readableBytes == 0 {
      buffer = chunk
      searched = 0
    } else {
      buffer.discardReadBytes()
      buffer.writeImmutableBuffer(chunk)
    }
  }

  /// The next whole line, without its end; nil until more bytes have come.
  mutating func next() throws(LineTooLong) -> ByteBuffer? {
    let view = buffer.readableBytesView
    guard let end = view.dropFirst(searched).firstIndex(of: UInt8(ascii: "\n")) else {
      searched = view.count
      if searched > limit { throw LineTooLong(limit: limit) }
      return nil
    }
    let length = end - view.startIndex
    if length > limit { throw LineTooLong(limit: limit) }
    searched = 0
    let line = buffer.readSlice(length: length)
    buffer.moveReaderIndex(forwardBy: 1)
    return line
  }
}
