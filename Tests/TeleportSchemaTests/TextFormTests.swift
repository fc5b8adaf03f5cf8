import Testing

@testable import TeleportSchema

@Suite struct TextFormTests {
  @Test(arguments: [
    ("1h30m", 5_400_000_000_000), ("1h30m0.25s", 5_400_250_000_000),
    ("30h0m0s", 108_000_000_000_000),
    ("7d", 604_800_000_000_000), ("1mo", 2_592_000_000_000_000), ("1y", 31_536_000_000_000_000),
    ("never", 0), ("0", 0), ("0s", 0), ("1.5h", 5_400_000_000_000), (".5s", 500_000_000),
    ("10ms", 10_000_000), ("1us", 1000), ("1µs", 1000), ("3ns", 3), ("0.000000001s", 1),
  ])
  func parsesDurations(text: String, nanoseconds: Int64) {
    #expect(DurationText.parse(text) == nanoseconds)
  }

  @Test(arguments: [
    "", "1", "h", "1x", "1h-", "1..5h", "300y", "99999999999999999999s", "1 h",
  ])
  func refusesDurations(_ text: String) {
    #expect(DurationText.parse(text) == nil)
  }

  // As Go's time.Duration.String prints them.
  @Test(arguments: [
    (0, "0s"), (1, "1ns"), (1500, "1.5µs"), (2_000_000, "2ms"), (1_500_000_000, "1.5s"),
    (60_000_000_000, "1m0s"), (5_400_250_000_000, "1h30m0.25s"), (108_000_000_000_000, "30h0m0s"),
  ])
  func formatsDurations(nanoseconds: Int64, text: String) {
    #expect(DurationText.format(nanoseconds) == text)
    #expect(DurationText.parse(text) == nanoseconds)
  }

  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0, 0), ("2031-05-06T07:08:09.123456789Z", 1_935_817_689, 123_456_789),
    ("2000-02-29T23:59:59+01:00", 951_865_199, 0), ("1969-12-31T23:59:59.5Z", -1, 500_000_000),
    ("0001-01-01T00:00:00Z", TimestampText.Value.goZeroSeconds, 0),
  ])
  func parsesTimes(text: String, seconds: Int64, nanoseconds: Int32) throws {
    let time = try #require(TimestampText.parse(text))
    #expect(time == .init(seconds: seconds, nanoseconds: nanoseconds))
    #expect(TimestampText.parse(TimestampText.format(time)) == time)
  }

  @Test(arguments: [
    "", "2031-02-30T00:00:00Z", "2031-05-06", "2031-05-06T24:00:00Z", "2031-05-06T07:08:09",
  ])
  func refusesTimes(_ text: String) {
    #expect(TimestampText.parse(text) == nil)
  }
}
