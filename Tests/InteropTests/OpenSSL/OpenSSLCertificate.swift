import COpenSSL
import FoundationEssentials
import Glibc

/// A certificate as OpenSSL understands it.
final class OpenSSLCertificate {
  let handle: OpaquePointer

  /// Takes over the reference.
  init(adopting handle: OpaquePointer) { self.handle = handle }

  deinit { X509_free(handle) }

  /// The first certificate in a text.
  convenience init(pem: String) throws {
    self.init(
      adopting: try OpenSSLText.reading(pem) { stream in
        try OpenSSLError.require("PEM_read_bio_X509") { PEM_read_bio_X509(stream, nil, nil, nil) }
      })
  }

  /// All certificates in a text, in order; other blocks and lines are passed over, as OpenSSL does.
  static func all(inPEM text: String) throws -> [OpenSSLCertificate] {
    try OpenSSLText.reading(text) { stream in
      var certificates: [OpenSSLCertificate] = []
      while let handle = PEM_read_bio_X509(stream, nil, nil, nil) {
        certificates.append(OpenSSLCertificate(adopting: handle))
      }
      let error = OpenSSLError("PEM_read_bio_X509")
      // How OpenSSL says that there is nothing more.
      guard error.reasons == [PEM_R_NO_START_LINE] else { throw error }
      return certificates
    }
  }

  var pem: String {
    get throws {
      try OpenSSLText.writing("PEM_write_bio_X509") { PEM_write_bio_X509($0, handle) }
    }
  }

  var publicKey: OpenSSLKey {
    get throws {
      OpenSSLKey(
        adopting: try OpenSSLError.require("X509_get_pubkey") { X509_get_pubkey(handle) })
    }
  }

  func isFor(_ key: OpenSSLKey) -> Bool {
    defer { ERR_clear_error() }
    return X509_check_private_key(handle, key.handle) == 1
  }

  var notBefore: Date { get throws { try Self.date(X509_get0_notBefore(handle)) } }

  var notAfter: Date { get throws { try Self.date(X509_get0_notAfter(handle)) } }

  /// The subject's values of an attribute: its OID, or OpenSSL's short name for it.
  func subject(_ attribute: String) throws -> [String] {
    try Self.values(X509_get_subject_name(handle), attribute)
  }

  func issuer(_ attribute: String) throws -> [String] {
    try Self.values(X509_get_issuer_name(handle), attribute)
  }

  private static func date(_ time: UnsafePointer<ASN1_TIME>?) throws -> Date {
    var parts = tm()
    try OpenSSLError.check("ASN1_TIME_to_tm") { ASN1_TIME_to_tm(time, &parts) }
    return Date(timeIntervalSince1970: Double(timegm(&parts)))
  }

  static func values(_ name: OpaquePointer?, _ attribute: String) throws -> [String] {
    let type = try OpenSSLError.require("OBJ_txt2obj") { OBJ_txt2obj(attribute, 0) }
    defer { ASN1_OBJECT_free(type) }
    var values: [String] = []
    var index: Int32 = -1
    while true {
      index = X509_NAME_get_index_by_OBJ(name, type, index)
      guard index >= 0 else { return values }
      let data = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index))
      var bytes: UnsafeMutablePointer<UInt8>?
      let count = ASN1_STRING_to_UTF8(&bytes, data)
      guard count >= 0, let bytes else { throw OpenSSLError("ASN1_STRING_to_UTF8") }
      defer { CRYPTO_free(bytes, "", 0) }
      let text = UnsafeBufferPointer(start: bytes, count: Int(count))
      values.append(String(decoding: text, as: UTF8.self))
    }
  }
}
