/// Texts of the formats that kube-apiserver checks.
enum ValueFormat {
  /// Formats that are not known here are not checked, as upstream does.
  static func accepts(_ text: String, as format: String) -> Bool {
    switch format {
    case "date-time": text.wholeMatch(of: #/\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d.*/#) != nil
    case "microtime": isMicroTime(text)
    case "date": text.wholeMatch(of: #/\d{4}-\d\d-\d\d/#) != nil
    case "byte": text.utf8.count % 4 == 0 && text.wholeMatch(of: #/[A-Za-z0-9+\/]*={0,2}/#) != nil
    case "duration": isGoDuration(text)
    default: true
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
