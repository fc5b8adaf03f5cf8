import FoundationEssentials
import SandboxFaults

/// A stand-in for a Teleport auth server: data directory, certificate authorities, TLS, gRPC API and event stream.
///
/// It behaves as the real one does wherever this project relies on it (Tests/ContractTests holds it to that), keeps all
/// resources in memory, and can be told to fail.
public actor TeleportSandbox {
  /// Where it listens, `HOST:PORT`; the same again after `restart()`.
  public nonisolated let address: String
  /// A loopback address.
  public nonisolated let host: String
  public nonisolated let port: Int
  public nonisolated let clusterName: String
  public nonisolated var version: ServerVersion { state.version }
  /// As `/var/lib/teleport` of the real one.
  public nonisolated let dataDirectory: String
  /// What goes wrong, and a record of every call: `proto.AuthService/GetRole` with the resource's name.
  public nonisolated let faults: Faults

  let state: AuthState
  let directory: DataDirectory
  let tls: TLSSettings
  private let pauseSwitch: PauseSwitch
  private let ownsDirectory: Bool
  private var server: AuthServer?

  /// Creates the data directory and listens.
  ///
  /// - Throws: where the directory cannot be written or the port is taken.
  public static func start(options: Options = Options()) async throws -> TeleportSandbox {
    let path =
      options.dataDirectory
      ?? FileManager.default.temporaryDirectory
      .appending(path: "teleport-\(UUID().uuidString)").path()
    let directory = DataDirectory(path: path, major: options.version.major)
    let hostID = directory.existingHostID ?? UUID().uuidString.lowercased()
    let pki = try ClusterPKI.generate(
      cluster: options.clusterName, hostID: hostID,
      family: options.version.major >= 17 ? .p256 : .rsa2048, now: options.now())
    try directory.create(hostID: hostID)
    let state = AuthState(options: options, pki: pki)
    try await state.addPresets()
    let tls = try TLSSettings(
      pki, verifiesByClock: options.hasOwnClock || options.refusesIntermediates)
    let faults = Faults(latency: options.latency, keepsRequests: options.keepsRequests)
    let pause = PauseSwitch()
    let host = options.host ?? LoopbackHost.next()
    let server = try await AuthServer.start(
      host: host, port: options.port, state: state, tls: tls, faults: faults, pause: pause)
    let sandbox = TeleportSandbox(
      server: server, host: host, state: state, directory: directory, tls: tls, faults: faults,
      pause: pause,
      ownsDirectory: options.dataDirectory == nil)
    try await sandbox.writeIdentity()
    return sandbox
  }

  private init(
    server: AuthServer, host: String, state: AuthState, directory: DataDirectory, tls: TLSSettings,
    faults: Faults, pause: PauseSwitch, ownsDirectory: Bool
  ) {
    self.server = server
    self.state = state
    self.directory = directory
    self.tls = tls
    self.faults = faults
    self.ownsDirectory = ownsDirectory
    pauseSwitch = pause
    port = server.port
    self.host = host
    address = "\(host):\(server.port)"
    clusterName = state.clusterName
    dataDirectory = directory.path
  }

  /// Stops for good, and removes the data directory if it was made here.
  public func shutdown() async {
    await stop()
    if ownsDirectory { try? FileManager.default.removeItem(atPath: dataDirectory) }
  }

  // MARK: - Being down

  /// Closes all connections and the port, as a process that dies does. Data and authorities stay.
  public func stop() async {
    pauseSwitch.resume()
    await state.endSubscriptions(nil)
    await server?.stop()
    server = nil
  }

  /// Listens again on the same port.
  ///
  /// - Parameter version: an upgrade; nil for the same as before.
  public func restart(as version: ServerVersion? = nil) async throws {
    await stop()
    if let version { await state.upgrade(to: version) }
    await state.refreshCache()
    server = try await AuthServer.start(
      host: host, port: port, state: state, tls: tls, faults: faults, pause: pauseSwitch)
  }

  /// Answers nothing until `resume()`, with all connections open.
  public func pause() { pauseSwitch.pause() }

  public func resume() { pauseSwitch.resume() }

  public func cutConnections() { server?.cutConnections() }

  public var connectionCount: Int { server?.connectionCount ?? 0 }

  /// Ends every event stream; with a gRPC code as an error, without as a server does that goes down in good order.
  public func cutEventStreams(code: Int? = nil, message: String = "the stream was cut") async {
    let error = code.map { CallError(CallError.Code(rawValue: $0) ?? .unknown, message) }
    await state.endSubscriptions(error)
  }

  /// How many clients watch events.
  public var eventStreamCount: Int { get async { await state.subscriptions.count } }

  /// Returns when that many clients watch events.
  public func waitForEventStreams(count: Int) async {
    await state.waitForSubscriptions(count: count)
  }

  // MARK: - Time

  /// The server's time.
  public var now: Date { get async { await state.now } }

  /// Moves the server's time; certificates and resources expire by it.
  public func advanceClock(by duration: Duration) async {
    tls.verifiesByClock = true
    await state.advanceClock(by: duration)
  }

  /// Lets reads and events see all writes, where the lag is `manual`.
  public func refreshCache() async { await state.refreshCache() }
}
