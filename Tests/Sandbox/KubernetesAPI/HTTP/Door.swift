/// Lets everybody through, or keeps everybody waiting.
actor Door {
  private var isClosed = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func close() { isClosed = true }

  func open() {
    isClosed = false
    for visitor in waiting { visitor.resume() }
    waiting.removeAll()
  }

  func pass() async {
    while isClosed { await withCheckedContinuation { waiting.append($0) } }
  }
}
