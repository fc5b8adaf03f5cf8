import COpenSSL

/// A certificate authority that nobody trusts, made by OpenSSL.
struct ForeignAuthority {
  private let key: OpenSSLKey
  /// Bears the name as its subject.
  private let name: OpenSSLCertificate

  struct Client: Sendable {
    let certificatePEM: String
    let keyPEM: String
  }

  /// - Parameter imitated: whose name and key identifier it gives for its own; its key is of the same kind.
  init(imitating imitated: OpenSSLCertificate) throws {
    let isRSA = try imitated.publicKey.isA("RSA")
    key = try isRSA ? OpenSSLKey.generateRSA2048() : OpenSSLKey.generateP256()
    name = imitated
  }

  /// - Parameter commonName: of an authority that pretends to be nobody.
  init(commonName: String) throws {
    let named = OpenSSLCertificate(
      adopting: try OpenSSLError.require("X509_new") { X509_new() })
    try OpenSSLError.check("X509_NAME_add_entry_by_txt") {
      X509_NAME_add_entry_by_txt(
        X509_get_subject_name(named.handle), "CN", MBSTRING_FLAG, commonName, -1, -1, 0)
    }
    key = try OpenSSLKey.generateP256()
    name = named
  }

  /// A client certificate with another one's subject, valid for an hour.
  func client(withSubjectOf model: OpenSSLCertificate) throws -> Client {
    let clientKey = try OpenSSLKey.generateP256()
    let certificate = OpenSSLCertificate(
      adopting: try OpenSSLError.require("X509_new") { X509_new() })
    let handle = certificate.handle
    try OpenSSLError.check("X509_set_version") { X509_set_version(handle, 2) }
    try OpenSSLError.check("ASN1_INTEGER_set") {
      ASN1_INTEGER_set(X509_get_serialNumber(handle), 4711)
    }
    X509_gmtime_adj(X509_getm_notBefore(handle), -60)
    X509_gmtime_adj(X509_getm_notAfter(handle), 3600)
    try OpenSSLError.check("X509_set_subject_name") {
      X509_set_subject_name(handle, X509_get_subject_name(model.handle))
    }
    try OpenSSLError.check("X509_set_issuer_name") {
      X509_set_issuer_name(handle, X509_get_subject_name(name.handle))
    }
    try OpenSSLError.check("X509_set_pubkey") { X509_set_pubkey(handle, clientKey.handle) }
    try add(NID_basic_constraints, "critical,CA:FALSE", to: handle)
    try add(NID_key_usage, "critical,digitalSignature", to: handle)
    try add(NID_ext_key_usage, "clientAuth", to: handle)
    if X509_get0_subject_key_id(name.handle) != nil {
      try add(NID_authority_key_identifier, "keyid:always", to: handle)
    }
    ERR_clear_error()
    // The size of the signature, or 0.
    guard X509_sign(handle, key.handle, EVP_sha256()) > 0 else { throw OpenSSLError("X509_sign") }
    return Client(certificatePEM: try certificate.pem, keyPEM: try clientKey.privatePEM)
  }

  private func add(_ type: Int32, _ value: String, to certificate: OpaquePointer) throws {
    var context = X509V3_CTX()
    X509V3_set_ctx(&context, name.handle, certificate, nil, nil, 0)
    let `extension` = try OpenSSLError.require("X509V3_EXT_nconf_nid") {
      X509V3_EXT_nconf_nid(nil, &context, type, value)
    }
    defer { X509_EXTENSION_free(`extension`) }
    try OpenSSLError.check("X509_add_ext") { X509_add_ext(certificate, `extension`, -1) }
  }
}
