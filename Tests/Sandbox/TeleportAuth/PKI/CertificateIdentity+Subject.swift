import Documents
import SwiftASN1
import X509

/// Attribute types in the subject of a Teleport certificate; 1.3.9999 is Teleport's own.
enum SubjectAttribute {
  static let organization = ASN1ObjectIdentifier.RDNAttributeType.organizationName
  static let usage = ASN1ObjectIdentifier.RDNAttributeType.organizationalUnitName
  static let login = ASN1ObjectIdentifier.RDNAttributeType.localityName
  static let routeToCluster = ASN1ObjectIdentifier.RDNAttributeType.streetAddress
  static let traits: ASN1ObjectIdentifier = [2, 5, 4, 17]
  static let commonName = ASN1ObjectIdentifier.RDNAttributeType.commonName
  static let serialNumber: ASN1ObjectIdentifier = [2, 5, 4, 5]
  static let teleportCluster: ASN1ObjectIdentifier = [1, 3, 9999, 1, 7]
  static let userType: ASN1ObjectIdentifier = [1, 3, 9999, 1, 20]
  static let impersonator: ASN1ObjectIdentifier = [1, 3, 9999, 2, 7]
  static let reissueForbidden: ASN1ObjectIdentifier = [1, 3, 9999, 2, 9]
  static let botName: ASN1ObjectIdentifier = [1, 3, 9999, 2, 18]
  static let renewable: ASN1ObjectIdentifier = [1, 3, 9999, 1, 13]
  static let generation: ASN1ObjectIdentifier = [1, 3, 9999, 1, 14]
  static let botInstanceID: ASN1ObjectIdentifier = [1, 3, 9999, 2, 20]
}

extension CertificateIdentity {
  /// The subject, in the order and grouping in which Go's pkix.Name writes it: several values of one attribute share
  /// one relative name.
  func subject() throws -> DistinguishedName {
    var names: [RelativeDistinguishedName] = []
    func add(_ type: ASN1ObjectIdentifier, _ values: [String]) {
      guard !values.isEmpty else { return }
      names.append(RelativeDistinguishedName(values.map { .teleport(type, $0) }))
    }
    func add(_ type: ASN1ObjectIdentifier, _ value: String) {
      if !value.isEmpty { add(type, [value]) }
    }
    add(SubjectAttribute.organization, roles)
    add(SubjectAttribute.usage, usage)
    add(SubjectAttribute.login, logins)
    add(SubjectAttribute.routeToCluster, routeToCluster)
    if systemRole == nil { add(SubjectAttribute.traits, traitsJSON.jsonText) }
    add(SubjectAttribute.commonName, username)
    if isRenewable { add(SubjectAttribute.renewable, "true") }
    add(SubjectAttribute.teleportCluster, teleportCluster)
    add(SubjectAttribute.impersonator, impersonator)
    if isReissueForbidden { add(SubjectAttribute.reissueForbidden, "true") }
    if generation > 0 { add(SubjectAttribute.generation, "\(generation)") }
    add(SubjectAttribute.botName, botName)
    add(SubjectAttribute.botInstanceID, botInstanceID)
    add(SubjectAttribute.userType, userType)
    return DistinguishedName(names)
  }

  /// Reads a subject back.
  init(subject: DistinguishedName) {
    var values: [ASN1ObjectIdentifier: [String]] = [:]
    for attribute in subject.joined() {
      values[attribute.type, default: []].append(String(attribute.value) ?? "")
    }
    func first(_ type: ASN1ObjectIdentifier) -> String { values[type]?.first ?? "" }
    self.init(
      username: first(SubjectAttribute.commonName),
      roles: values[SubjectAttribute.organization] ?? [],
      logins: values[SubjectAttribute.login] ?? [],
      usage: values[SubjectAttribute.usage] ?? [],
      traits: Self.traits(json: first(SubjectAttribute.traits)),
      routeToCluster: first(SubjectAttribute.routeToCluster),
      teleportCluster: first(SubjectAttribute.teleportCluster),
      impersonator: first(SubjectAttribute.impersonator),
      botName: first(SubjectAttribute.botName),
      userType: first(SubjectAttribute.userType),
      isReissueForbidden: first(SubjectAttribute.reissueForbidden) == "true",
      isRenewable: first(SubjectAttribute.renewable) == "true",
      generation: UInt64(first(SubjectAttribute.generation)) ?? 0,
      botInstanceID: first(SubjectAttribute.botInstanceID))
  }

  var traitsJSON: JSONValue {
    .object(traits.mapValues { .array($0.map { .string($0) }) })
  }

  private static func traits(json: String) -> [String: [String]] {
    guard let members = (try? JSONValue(json: json.utf8))?.object else { return [:] }
    return members.mapValues { $0.array?.compactMap(\.string) ?? [] }
  }
}

extension RelativeDistinguishedName.Attribute {
  /// As Go chooses the string type: PrintableString where the characters allow, else UTF8String.
  static func teleport(_ type: ASN1ObjectIdentifier, _ text: String) -> Self {
    let printable = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: " '()+,-./:=?".utf8.contains(byte)
      }
    }
    if printable, let attribute = try? Self(type: type, printableString: text) { return attribute }
    return Self(type: type, utf8String: text)
  }
}
