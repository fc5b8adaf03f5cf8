/// Waiting for something to become true, told by events instead of by asking again and again.
extension Storage {
  /// A stream that yields after every change to objects or watches, at least once after the latest.
  func observe() -> (id: Int, changes: AsyncStream<Void>) {
    let (changes, observer) = AsyncStream.makeStream(
      of: Void.self, bufferingPolicy: .bufferingNewest(1))
    lastObserver += 1
    observers[lastObserver] = observer
    observer.yield()
    return (lastObserver, changes)
  }

  func stopObserving(_ id: Int) { observers.removeValue(forKey: id)?.finish() }

  func noteChange() {
    for observer in observers.values { observer.yield() }
  }
}
