import Testing

/// The whole controller between stand-ins of both servers, in one process.
@Suite(.timeLimit(.minutes(2))) enum EndToEnd {}
