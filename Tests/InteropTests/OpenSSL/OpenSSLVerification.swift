import COpenSSL
import FoundationEssentials

/// OpenSSL's judgement on a certificate chain.
struct OpenSSLVerification: Sendable {
  enum Purpose: Sendable {
    case client
    case server(host: String)
  }

  /// PEM; the only certificates that are trusted.
  let roots: String
  let purpose: Purpose
  /// nil for now.
  var time: Date?

  /// - Returns: `X509_V_OK` or another `X509_V_…`.
  func result(for pem: String) throws -> Int32 {
    let leaf = try OpenSSLCertificate(pem: pem)
    let store = try OpenSSLError.require("X509_STORE_new") { X509_STORE_new() }
    defer { X509_STORE_free(store) }
    for root in try OpenSSLCertificate.all(inPEM: roots) {
      try OpenSSLError.check("X509_STORE_add_cert") { X509_STORE_add_cert(store, root.handle) }
    }
    let context = try OpenSSLError.require("X509_STORE_CTX_new") { X509_STORE_CTX_new() }
    defer { X509_STORE_CTX_free(context) }
    try OpenSSLError.check("X509_STORE_CTX_init") {
      X509_STORE_CTX_init(context, store, leaf.handle, nil)
    }
    try apply(to: X509_STORE_CTX_get0_param(context))
    ERR_clear_error()
    let isGood = X509_verify_cert(context) == 1
    let code = X509_STORE_CTX_get_error(context)
    // Something other than the chain went wrong.
    guard isGood == (code == X509_V_OK) else { throw OpenSSLError("X509_verify_cert") }
    return code
  }

  private func apply(to parameters: OpaquePointer?) throws {
    // All of RFC 5280's demands on extensions and key identifiers, which OpenSSL does not insist on by itself.
    X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_X509_STRICT))
    if let time { X509_VERIFY_PARAM_set_time(parameters, Int(time.timeIntervalSince1970)) }
    switch purpose {
    case .client:
      try OpenSSLError.check("X509_VERIFY_PARAM_set_purpose") {
        X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_CLIENT)
      }
    case .server(let host):
      try OpenSSLError.check("X509_VERIFY_PARAM_set_purpose") {
        X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_SERVER)
      }
      try OpenSSLError.check("X509_VERIFY_PARAM_set1_host") {
        X509_VERIFY_PARAM_set1_host(parameters, host, host.utf8.count)
      }
    }
  }
}
