/// What a watch asks for, read from its query.
struct WatchPlan: Sendable {
  let presentation: Presentation
  let filter: ObjectFilter
  /// The revision to go on from; nil to begin with the present state.
  let after: Int64?
  let timeout: Duration
  let allowsBookmarks: Bool
  /// Whether the end of the present state is marked by a bookmark.
  let marksInitialEnd: Bool
  /// Why the stream begins and ends with an error.
  var refusal: APIStatus?

  init(_ call: Call, _ settings: Responder.Settings, presentation: Presentation) throws(APIStatus) {
    let query = call.request.query
    self.presentation = presentation
    filter = try call.filter()
    allowsBookmarks = call.request.flag("allowWatchBookmarks")
    let text = query["resourceVersion"] ?? ""
    guard let revision = text.isEmpty ? 0 : Int64(text), revision >= 0 else {
      throw APIStatus(
        code: 500, reason: "",
        message: "resourceVersion: Invalid value: \"\(text)\": strconv.ParseUint: parsing "
          + "\"\(text)\": invalid syntax")
    }
    let asksForInitial = query["sendInitialEvents"].map { $0 == "true" || $0 == "1" }
    try Self.check(query, asksForInitial, settings.watchList)

    // A server with WatchList takes a start from nowhere, with bookmarks, for one.
    let isWatchList =
      settings.watchList == .disabled
      ? false : asksForInitial ?? (revision == 0 && allowsBookmarks)
    if isWatchList && settings.watchList == .refused {
      refusal = APIStatus(
        code: 500, reason: "InternalError",
        message: "a watch stream was requested by the client but the required storage feature "
          + "RequestWatchProgress is disabled")
    }
    marksInitialEnd = isWatchList && allowsBookmarks
    after = isWatchList || revision == 0 ? nil : revision
    let seconds = Int(query["timeoutSeconds"] ?? "") ?? 0
    timeout = seconds > 0 ? .seconds(seconds) : settings.watchTimeout
  }

  private static func check(
    _ query: [String: String], _ asksForInitial: Bool?,
    _ support: KubernetesSandbox.WatchListSupport
  ) throws(APIStatus) {
    guard asksForInitial != nil else { return }
    func refused(_ field: String, _ detail: String) -> APIStatus {
      .invalid(group: "meta.k8s.io", kind: "ListOptions", name: "", [.forbidden(field, detail)])
    }
    if support == .disabled {
      throw refused(
        "sendInitialEvents",
        "sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled")
    }
    if query["resourceVersionMatch"] != "NotOlderThan" {
      throw refused(
        "resourceVersionMatch",
        "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")
    }
  }
}
