/// Texts of the formats that kube-apiserver checks.
enum ValueFormat {
  /// Formats that are not known here are not checked, as upstream does.
  static func accepts(_ text: String, as format: String) -> Bool {
    switch format {
    case "date-time": isDateTime(text)
    case "microtime": isMicroTime(text)
    case "date": text.wholeMatch(of: #/\d{4}-\d\d-\d\d/#) != nil
    case "byte": text.utf8.count % 4 == 0 && text.wholeMatch(of: #/[A-Za-z0-9+\/]*={0,2}/#) != nil
    case "duration": isGoDuration(text)
    default: true
    }
  }

  /// Begins with a date and a time. Not a Regex, which every write would build anew.
  private static func isDateTime(_ text: String) -> Bool {
    let form = Array("0000-00-00T00:00:00".utf8)
    let bytes = text.utf8.prefix(form.count)
    return bytes.count == form.count
      && zip(bytes, form).allSatisfy { byte, wanted in
        switch wanted {
        case UInt8(ascii: "0"): (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        case UInt8(ascii: "T"): byte == wanted || byte == UInt8(ascii: "t")
        default: byte == wanted
        }
      }
  }

  /// RFC 3339 with exactly six digits after the second, which is all that `MicroTime` reads.
  static func isMicroTime(_ text: String) -> Bool {
    text.wholeMatch(of: #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)/#) != nil
  }

  /// Units as Go's `time.ParseDuration` and the strfmt package read them.
  static func isGoDuration(_ text: String) -> Bool {
    if text == "0" { return true }
    return text.wholeMatch(
      of: #/[+-]?((\d+(\.\d*)?|\.\d+)\s*(ns|us|µs|μs|ms|s|m|h|d|w|[a-z]+)\s*)+/#) != nil
  }
}
