import Testing

@testable import TeleportClient

@Suite struct CAPinTests {
  @Test(arguments: [
    "sha256:bfb18d15dfa6d606a386cc21a15b41d5a754d07037e46635f4e992cfbcd5cfb0",
    "SHA256:BFB18D15DFA6D606A386CC21A15B41D5A754D07037E46635F4E992CFBCD5CFB0",
  ])
  func bothCasesAreTaken(text: String) throws {
    let pin = try CAPin(text)
    #expect("\(pin)" == "sha256:bfb18d15dfa6d606a386cc21a15b41d5a754d07037e46635f4e992cfbcd5cfb0")
    #expect(pin.matches(certificatePEM: Self.ec))
  }

  @Test(arguments: [
    "", "sha256:", "bfb18d15dfa6d606a386cc21a15b41d5a754d07037e46635f4e992cfbcd5cfb0",
    "sha1:bfb18d15dfa6d606a386cc21a15b41d5a754d07037e46635f4e992cfbcd5cfb0",
    "sha256:bfb18d15dfa6d606a386cc21a15b41d5a754d07037e46635f4e992cfbcd5cfb",
    "sha256:bfb18d15dfa6d606a386cc21a15b41d5a754d07037e46635f4e992cfbcd5cfb00",
    "sha256:gfb18d15dfa6d606a386cc21a15b41d5a754d07037e46635f4e992cfbcd5cfb0",
    " sha256:bfb18d15dfa6d606a386cc21a15b41d5a754d07037e46635f4e992cfbcd5cfb0",
  ])
  func otherFormsAreRefusedWithTheRightOne(text: String) throws {
    let error = try #require(throws: TeleportError.self) { try CAPin(text) }
    #expect(error.code == .invalidArgument)
    #expect(error.detail.contains("sha256: and 64 hexadecimal digits"))
  }

  /// What `openssl x509 -pubkey -noout | openssl pkey -pubin -outform der | sha256sum` says.
  @Test(arguments: [
    (ec, "sha256:bfb18d15dfa6d606a386cc21a15b41d5a754d07037e46635f4e992cfbcd5cfb0"),
    (rsa, "sha256:e4dace2d61c6b00868613eaa26bfeb6d79e032bbfb37c7894944edcd23dc119d"),
  ])
  func thePinIsOfThePublicKey(certificate: String, pin: String) throws {
    #expect("\(try CAPin(certificatePEM: certificate))" == pin)
    for other in [Self.ec, Self.rsa] {
      #expect(try CAPin(pin).matches(certificatePEM: other) == (other == certificate))
    }
  }

  @Test func whatIsNoCertificateMatchesNothing() throws {
    let pin = try CAPin(certificatePEM: Self.ec)
    for text in ["", "x", String(Self.ec.dropFirst(100)), String(Self.ec.prefix(200))] {
      #expect(!pin.matches(certificatePEM: text))
      #expect(throws: TeleportError.self) { try CAPin(certificatePEM: text) }
    }
  }

  private static let ec = """
    -----BEGIN CERTIFICATE-----
    MIIBkDCCATWgAwIBAgIUF8eZPCAbCoGcLtT/q2asLARrlEEwCgYIKoZIzj0EAwIw
    HDENMAsGA1UECgwEdGVzdDELMAkGA1UEAwwCZWMwIBcNMjYxMTIyMTkwODA0WhgP
    MjEyNjEwMjkxOTA4MDRaMBwxDTALBgNVBAoMBHRlc3QxCzAJBgNVBAMMAmVjMFkw
    EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE7GR4xYWINl1P44JLpQ/PT+fX4lRsIpav
    y5o5DYH3pw8AUjceEBCsMiJdwizUCcTil/NB6OkZvbCKAikR9AVH5KNTMFEwHQYD
    VR0OBBYEFFolFSYg1hq3/PLqAF59YWpz8xGrMB8GA1UdIwQYMBaAFFolFSYg1hq3
    /PLqAF59YWpz8xGrMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIh
    AKbKAEkbFNYVRi00cBYmHdauZ5qcTRmYCwyT+JNiM0eNAiEA7N/9EDYnycby84XL
    bX6l7+Bs65OwIQ9ZhXdHpCDxq2M=
    -----END CERTIFICATE-----
    """

  private static let rsa = """
    -----BEGIN CERTIFICATE-----
    MIIDHTCCAgWgAwIBAgIUCMkI5fmG4kG4k9IKp0dGCn8abu8wDQYJKoZIhvcNAQEL
    BQAwHTENMAsGA1UECgwEdGVzdDEMMAoGA1UEAwwDcnNhMCAXDTI2MTEyMjE5MDgw
    NFoYDzIxMjYxMDI5MTkwODA0WjAdMQ0wCwYDVQQKDAR0ZXN0MQwwCgYDVQQDDANy
    c2EwggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQCzfFja2mUqW8iuCaDA
    /lOBj393saD/e4D3VQ5hITg0fcQ+lvNCrA8MgE2Va3YXBMIAkpheP368f6DAvN10
    MX44MYva0Cqh5ENflkdPAektpZ0/O2QSdNEKiW3DMdb4k3XajXJ5VXXo+Cn3RQii
    ELW2LQFhFJysSOGNlkfpTFqfd1LOh9Rn43vmphUCvrfigZjPkKk6pll5/0sS40XT
    kn0Rs2btkGARYqiYJPWacUoZmxTSfBtFGeM6AKsp8P9eETBv56Dx2el5YU6oV6p/
    k/luSioIEoedEJ7YEWSEbSbbfwhmZyGmge1cV2J6tVeYZMeeUdJtUM4OOh/xjGq5
    EjUxAgMBAAGjUzBRMB0GA1UdDgQWBBQo9Q1/EqolJKjhc9OJ29G7SdzfWjAfBgNV
    HSMEGDAWgBQo9Q1/EqolJKjhc9OJ29G7SdzfWjAPBgNVHRMBAf8EBTADAQH/MA0G
    CSqGSIb3DQEBCwUAA4IBAQBABqSoxobCnBmDu6paDBlfWSXn/eEQheuDph1OGbEV
    8Y81rc5Nis+zODgsla/Z2rJ6yh1vVWxabCa2qa7m0lTyPC0bjF2U7pO4IVihPVJf
    ZOM5ASQZB0Ld5e6UpQNhztQNi9kuy6dbQnjzGo66e5xUiDX4Klk4hPwdOA+WKu8y
    zuoCNSRgLAfPlN1vA0WiiNkpBFictl8YSpBGf8LnU/6tRG642S2D51eN45D6oBCS
    NNWugRAcH5Go0Rt6dM3Y0GF1eR8FhbqRcfQIWFbJ/YVE6dQdufjR0kijgLDHVOAT
    MTB0un1NzSrlyeGF1JalDNqVmuVRaeE1vgTEV1chtpNc
    -----END CERTIFICATE-----
    """
}
