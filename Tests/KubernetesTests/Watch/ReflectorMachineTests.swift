import Testing

@testable import Kubernetes

@Suite("reflector machine")
struct ReflectorMachineTests {
  /// A machine and what it has done.
  private struct Run {
    var machine = ReflectorMachine(policy: ReflectorMachine.Policy())
    var random = SeededRandom(3)
    var effects: [ReflectorMachine.Effect] = []
    var reports: [ReflectorState] = []

    mutating func step(_ input: ReflectorMachine.Input) {
      effects = machine.step(input, using: &random)
      for case .report(let state) in effects { reports.append(state) }
    }

    var next: ReflectorMachine.Effect? { effects.last }

    var wait: Duration? { if case .wait(let duration) = next { duration } else { nil } }

    var watchedFrom: String? { if case .watch(let version, _) = next { version } else { nil } }

    mutating func become(live version: String) {
      step(.start)
      step(.page(resourceVersion: version, next: nil))
      step(.watchOpened)
    }
  }

  private func failure(_ code: KubernetesError.Code, _ status: Int? = nil) -> KubernetesError {
    KubernetesError(code, "", httpStatus: status)
  }

  @Test func pagesAreReadAndThenWatchedFrom() {
    var run = Run()
    run.step(.start)
    #expect(run.effects == [.list(after: nil)])
    run.step(.page(resourceVersion: "9", next: "t"))
    #expect(run.effects == [.announceRestart, .deliver, .list(after: "t")])
    run.step(.page(resourceVersion: "9", next: nil))
    #expect(run.effects.dropLast() == [.deliver, .announceSynced])
    guard case .watch(from: "9", let seconds) = run.next else {
      Issue.record("\(run.effects)")
      return
    }
    #expect((300...600).contains(seconds))
    run.step(.watchOpened)
    #expect(run.reports == [.live])
  }

  @Test func aClosedWatchGoesOnFromTheLastLine() {
    var run = Run()
    run.become(live: "9")
    run.step(.line(resourceVersion: "12"))
    run.step(.watchEnded(.ended, lasted: .seconds(400)))
    #expect(run.watchedFrom == "12")
    run.step(.watchOpened)
    // Closed at once it goes on too, but not in a hurry.
    run.step(.watchEnded(.ended, lasted: .milliseconds(1)))
    #expect(run.wait != nil)
    run.step(.waited)
    #expect(run.watchedFrom == "12")
    #expect(run.reports == [.live])
  }

  @Test(arguments: [true, false])
  func aVersionThatIsTooOldMeansAnotherList(inStream: Bool) {
    var run = Run()
    run.become(live: "9")
    if inStream { run.step(.line(resourceVersion: "12")) }
    run.step(.watchEnded(.failed(failure(.gone, 410)), lasted: .seconds(1)))
    #expect(run.effects == [.list(after: nil)])
    run.step(.page(resourceVersion: "20", next: nil))
    #expect(run.effects.prefix(3) == [.announceRestart, .deliver, .announceSynced])
    #expect(run.watchedFrom == "20")
    #expect(run.reports == [.live])
  }

  @Test func listsThatAreTooOldAtOnceAreNotReadInALoop() {
    var run = Run()
    run.become(live: "9")
    var waits: [Duration] = []
    for _ in 0..<12 {
      run.step(.watchEnded(.failed(failure(.gone, 410)), lasted: .zero))
      if let wait = run.wait {
        waits.append(wait)
        run.step(.waited)
      }
      #expect(run.effects == [.list(after: nil)])
      run.step(.page(resourceVersion: "20", next: nil))
      run.step(.watchOpened)
    }
    #expect(waits.count == 11)
    #expect(waits.last.map { $0 >= .seconds(15) } == true)
    #expect(run.reports.count <= 3, "\(run.reports)")
  }

  @Test func anExpiredTokenBeginsTheListAgain() {
    var run = Run()
    run.step(.start)
    run.step(.page(resourceVersion: "9", next: "t"))
    run.step(.listFailed(failure(.gone, 410)))
    #expect(run.effects == [.list(after: nil)])
    run.step(.page(resourceVersion: "10", next: "u"))
    #expect(run.effects == [.announceRestart, .deliver, .list(after: "u")])
  }

  @Test func aFailedPageIsAskedForAgain() {
    var run = Run()
    run.step(.start)
    run.step(.page(resourceVersion: "9", next: "t"))
    run.step(.listFailed(failure(.connection)))
    #expect(run.wait != nil)
    run.step(.waited)
    #expect(run.effects == [.list(after: "t")])
    #expect(run.reports == [.retrying(.connection)])
  }

  /// An outage: the waits grow to their limit, it is told once, and nothing is listed when it is over.
  @Test func anOutageIsToldOnce() {
    var run = Run()
    run.become(live: "9")
    var waits: [Duration] = []
    for _ in 0..<20 {
      run.step(.watchEnded(.failed(failure(.connection)), lasted: .zero))
      waits.append(run.wait ?? .zero)
      run.step(.waited)
      #expect(run.watchedFrom == "9")
    }
    run.step(.watchOpened)
    #expect(run.reports == [.live, .retrying(.connection), .live])
    #expect(waits[0] <= .milliseconds(200))
    #expect(waits.allSatisfy { $0 > .zero && $0 <= .seconds(30) })
    #expect(waits[19] >= .seconds(15))
  }

  @Test func aServerThatKeepsRefusingTheVersionIsAskedForAList() {
    var run = Run()
    run.become(live: "9")
    run.step(.watchEnded(.ended, lasted: .seconds(300)))
    for _ in 0..<2 {
      run.step(.watchEnded(.failed(failure(.internalError, 500)), lasted: .zero))
      run.step(.waited)
      #expect(run.watchedFrom == "9")
    }
    run.step(.watchEnded(.failed(failure(.internalError, 500)), lasted: .zero))
    run.step(.waited)
    #expect(run.effects == [.list(after: nil)])
  }

  @Test(arguments: [
    (KubernetesError.Code.notServed, ReflectorState.notServed), (.forbidden, .forbidden),
  ])
  func whatIsMissingIsAskedForSlowlyAndForEver(code: KubernetesError.Code, state: ReflectorState) {
    for whileWatching in [true, false] {
      var run = Run()
      if whileWatching { run.become(live: "9") } else { run.step(.start) }
      var waits: [Duration] = []
      for _ in 0..<8 {
        run.step(
          whileWatching && run.reports.last == .live
            ? .watchEnded(.failed(failure(code, 404)), lasted: .zero)
            : .listFailed(failure(code, 404)))
        waits.append(run.wait ?? .zero)
        run.step(.waited)
        #expect(run.effects == [.list(after: nil)])
      }
      #expect(run.reports == (whileWatching ? [.live, state] : [state]))
      #expect(waits[0] >= .milliseconds(700) && waits[0] <= .seconds(1))
      #expect(waits.allSatisfy { $0 <= .seconds(10) } && waits[7] >= .seconds(7))
      run.step(.page(resourceVersion: "20", next: nil))
      run.step(.watchOpened)
      #expect(run.reports.last == .live)
    }
  }

  @Test(arguments: ["", "0"])
  func aListWithoutAVersionIsNotWatchedFrom(version: String) {
    var run = Run()
    run.step(.start)
    run.step(.page(resourceVersion: version, next: nil))
    #expect(run.wait != nil)
    #expect(run.reports == [.retrying(.malformedResponse)])
    run.step(.waited)
    #expect(run.effects == [.list(after: nil)])
  }

  /// Whatever comes in whatever order: there is always one thing to do next, every failure waits, and no watch
  /// begins at a version that no list or line gave.
  @Test(arguments: 0..<200 as Range<UInt64>)
  func noSequenceOfInputsGoesWrong(seed: UInt64) {
    var dice = SeededRandom(seed)
    var run = Run()
    run.step(.start)
    var versions: Set<String> = []
    for index in 0..<200 {
      let version = "\(index + 1)"
      let codes: [KubernetesError.Code] = [
        .gone, .connection, .internalError, .forbidden, .notServed, .unauthorized, .badRequest,
      ]
      let error = failure(
        codes.randomElement(using: &dice) ?? .gone, Bool.random(using: &dice) ? 500 : nil)
      let lasted = Duration.seconds(Int.random(in: 0...9, using: &dice))
      switch run.machine.state {
      case .new: Issue.record("it went back to the beginning")
      case .listing:
        if Bool.random(using: &dice) {
          versions.insert(version)
          run.step(
            .page(resourceVersion: version, next: Bool.random(using: &dice) ? "t\(index)" : nil))
        } else {
          run.step(.listFailed(error))
        }
      case .watching(_, let isOpen):
        switch Int.random(in: 0...3, using: &dice) {
        case 0 where !isOpen: run.step(.watchOpened)
        case 1 where isOpen:
          versions.insert(version)
          run.step(.line(resourceVersion: version))
        case 2: run.step(.watchEnded(.ended, lasted: lasted))
        default: run.step(.watchEnded(.failed(error), lasted: lasted))
        }
      case .waiting: run.step(.waited)
      }
      switch (run.machine.state, run.next) {
      case (.listing(let token), .list(let asked)): #expect(token == asked)
      case (.watching(let from, false), .watch(let asked, _)):
        #expect(from == asked && versions.contains(from))
      case (.watching(let from, true), _): #expect(versions.contains(from))
      case (.waiting, .wait(let duration)):
        #expect(duration > .zero && duration <= .seconds(30))
      default: Issue.record("\(run.machine.state) with \(run.effects)")
      }
    }
    // No state is told twice in a row.
    #expect(zip(run.reports, run.reports.dropFirst()).allSatisfy { $0 != $1 })
  }
}
