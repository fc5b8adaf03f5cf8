import Documents
import SandboxFaults

extension Responder {
  /// Serves a watch until it times out, is cut, or the client goes.
  func watch(_ call: Call, _ described: SandboxRequest, through writer: ResponseWriter) async {
    let plan: WatchPlan
    do throws(APIStatus) {
      plan = try WatchPlan(call, settings, presentation: try presentation(call))
    } catch {
      await writer.send(Answer(error))
      return
    }
    if let fault = await faults.strike(described, at: .afterCommit) {
      switch fault {
      case .fail(let code, let message):
        await begin(writer, failing: .injected(code: code, message: message))
      default:
        try? await writer.begin(code: 200, contentType: MediaType.json)
        await writer.cut()
      }
      return
    }
    do throws(APIStatus) {
      if let refusal = plan.refusal { throw refusal }
      let opening = try await storage.openWatch(
        of: call.resource.storedAs, filter: plan.filter, after: plan.after)
      await serve(opening, plan, through: writer)
    } catch {
      // Too old a start is reported inside a successful stream.
      await begin(writer, failing: error)
    }
  }

  private func begin(_ writer: ResponseWriter, failing status: APIStatus) async {
    try? await writer.begin(code: 200, contentType: MediaType.json)
    try? await writer.write(Presentation.line("ERROR", status.json.jsonBytes))
    await writer.end()
  }

  private func serve(
    _ opening: WatchOpening, _ plan: WatchPlan, through writer: ResponseWriter
  ) async {
    let timers = Task { [settings] in
      await withDiscardingTaskGroup { group in
        group.addTask {
          guard (try? await Task.sleep(for: plan.timeout)) != nil else { return }
          opening.waker.yield(.timedOut)
        }
        guard plan.allowsBookmarks else { return }
        group.addTask {
          while (try? await Task.sleep(for: settings.bookmarkInterval)) != nil {
            opening.waker.yield(.bookmarkDue)
          }
        }
      }
    }
    do {
      try await writer.begin(code: 200, contentType: MediaType.json)
      var session = WatchSession(plan: plan, writer: writer)
      try await session.begin(with: opening)
      for await wake in opening.wakes {
        await door.pass()
        if try await session.react(to: wake, storage, opening.id) == .stop { break }
      }
      if Task.isCancelled { await writer.cut() }
    } catch {
      await writer.cut()
    }
    timers.cancel()
    await storage.closeWatch(opening.id)
  }
}
