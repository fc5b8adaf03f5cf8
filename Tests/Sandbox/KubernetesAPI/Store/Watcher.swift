/// One open watch, as the store knows it.
struct Watcher: Sendable {
  /// Why a watch has to look.
  enum Wake: Sendable {
    case changed
    case bookmarkDue
    /// The asked-for time is over.
    case timedOut
    /// A test ends the watch: without a word, or with an error on the stream.
    case cut
    case failed(APIStatus)
  }

  let resource: GroupResource
  let filter: ObjectFilter
  /// The last revision that was looked at.
  var cursor: Int64
  /// Changes that are to be shown before anything after `cursor`.
  var pending: [HistoryEvent] = []
  /// Whether a wake is on its way, so that a burst of changes makes one.
  var isAwake = false
  let wakes: AsyncStream<Wake>.Continuation
}

/// A watch that has just been opened.
struct WatchOpening: Sendable {
  let id: Int
  /// Objects to show as added first.
  let initial: [StoredObject]
  /// The revision that `initial` is the state of.
  let revision: Int64
  let wakes: AsyncStream<Watcher.Wake>
  let waker: AsyncStream<Watcher.Wake>.Continuation
}

/// What a watch has not shown yet.
struct WatchBatch: Sendable {
  let events: [WatchEvent]
  /// Everything up to here has been shown, now that these are.
  let revision: Int64
}
