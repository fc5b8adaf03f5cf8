import Documents
import Foundation
import Kubernetes
import TeleportClient
import TeleportSchema

/// The calls that the work cannot do without, made by the same number of workers, and nothing else: no mirror, no
/// queue, no decision.
struct RawLoop: Sendable {
  let stage: ControllerStage
  /// A status as the controller writes it.
  let status: JSONValue

  static let workers = 8
  private static let resource = GroupVersionResource(
    group: CustomResourceSchema.group, version: "v5", resource: SampleRole.plural)

  private struct Job: Sendable {
    let object: KubernetesObject
    let role: [UInt8]
  }

  /// Finalizer, create, status for each role.
  func create(_ names: [String]) async throws {
    let schema = try Self.schema
    var jobs: [Job] = []
    for name in names {
      let manifest = SampleRole.manifest(name)
      let object = try await stage.kubernetes.put(manifest)
      jobs.append(
        Job(
          object: try KubernetesObject(object),
          role: try DeclaredResource(manifest: manifest).bytes))
    }
    let calls = ResourceCalls(stage.connection)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in 0..<Self.workers {
        group.addTask { [jobs] in
          for index in stride(from: worker, to: jobs.count, by: Self.workers) {
            try await perform(jobs[index], calls, schema)
          }
        }
      }
      try await group.waitForAll()
    }
  }

  private func perform(
    _ job: Job, _ calls: ResourceCalls, _ schema: ResourceSchema
  ) async throws {
    let finalizer = "resources.teleport.dev/deletion"
    if let patch = FinalizerPatch.adding(finalizer, to: job.object.metadata) {
      _ = try await stage.client.jsonPatch(Self.resource, job.object.key, patch)
    }
    _ = try await calls.create(job.role, of: schema)
    _ = try await stage.client.mergePatch(
      Self.resource, job.object.key, ["status": status], subresource: "status")
  }

  /// Reads and updates one role after the other.
  ///
  /// - Returns: how long each took.
  func change(_ names: [String], login: String) async throws -> [Duration] {
    let schema = try Self.schema
    let calls = ResourceCalls(stage.connection)
    var times: [Duration] = []
    for name in names {
      let declared = try DeclaredResource(
        manifest: SampleRole.manifest(name, logins: [login]))
      times.append(
        try await ContinuousClock().measure {
          guard let live = try await calls.get(name, of: schema) else {
            throw BenchFailure("no role \(name)")
          }
          let merged = try schema.merge(declared: declared.bytes, over: live)
          _ = try await calls.update(merged, of: schema)
        })
    }
    return times
  }

  /// Reads everything that there is, page by page, both sides at once, and looks at none of it.
  func list() async throws -> Duration {
    let schema = try Self.schema
    let calls = ResourceCalls(stage.connection)
    return try await ContinuousClock().measure {
      async let roles = calls.list(schema)
      var token: String?
      repeat { token = try await page(after: token) } while token != nil
      _ = try await roles
    }
  }

  private func page(after token: String?) async throws -> String? {
    let path = "/apis/\(Self.resource.group)/v5/namespaces/default/\(Self.resource.resource)"
    var request = APIRequest(.get, path, isRepeatable: true)
    request.query = [("limit", "\(KubernetesClient.pageSize)")]
    if let token { request.query.append(("continue", token)) }
    let body = try await stage.client.call(request)
    guard let start = body.firstRange(of: Data("\"continue\":\"".utf8))?.upperBound,
      let end = body[start...].firstIndex(of: UInt8(ascii: "\"")), end > start
    else { return nil }
    return String(decoding: body[start..<end], as: UTF8.self)
  }

  private static var schema: ResourceSchema {
    get throws {
      guard let schema = ResourceSchema.named("role") else { throw BenchFailure("no schema") }
      return schema
    }
  }
}
