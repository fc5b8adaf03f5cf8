import Documents
import Kubernetes

/// A Status as kube-apiserver sends it.
func status(_ code: Int, _ reason: String, _ message: String = "No.", details: String = "{}")
  -> String
{
  """
  {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"\(message)",\
  "reason":"\(reason)","details":\(details),"code":\(code)}
  """
}

extension KubernetesObject {
  static func sample(
    _ name: String, uid: String = "u1", version: String = "1", finalizers: [String] = []
  ) -> KubernetesObject {
    KubernetesObject(
      apiVersion: "example.test/v1", kind: "Widget",
      metadata: ObjectMeta(
        name: name, namespace: "ns", uid: uid, resourceVersion: version, finalizers: finalizers),
      spec: ["title": .string(name)])
  }
}

extension GroupVersionResource {
  static let widgets = GroupVersionResource(
    group: "example.test", version: "v1", resource: "widgets")
}
