import Credentials

/// Where an output's certificates are brought.
protocol Delivery: Sendable {
  /// Finds out whether the destination can take secrets. Can be called again.
  func prepare() async throws

  /// Replaces what is there, as a whole.
  ///
  /// - Parameter generation: a name that no earlier delivery had.
  func deliver(_ issued: IssuedCredentials, generation: String) async throws
}
