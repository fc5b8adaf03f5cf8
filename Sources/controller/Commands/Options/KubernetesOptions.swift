import ArgumentParser
import Kubernetes

/// How to find Kubernetes, and what of it is meant.
struct KubernetesOptions: ParsableArguments {
  @Option(
    help: """
      The namespace, several with commas between them, or '*' for all, which takes a ClusterRole. (default: \
      $POD_NAMESPACE, the pod's or the kubeconfig's)
      """)
  var namespace: String?

  @Option(
    help:
      """
      Only custom resources with these labels, as in kubectl -l. One that loses them is left alone, and so is what it \
      declared in Teleport. (default: all)
      """)
  var selector: String?

  @Option(
    help: """
      What tells this Kubernetes cluster from others that use the same Teleport. (default: the UID of the namespace \
      kube-system)
      """)
  var clusterId: String?

  @Option(help: "A kubeconfig file to use, and no other.")
  var kubeconfig: String?

  @Option(help: "The context of the kubeconfig to use. (default: its current one)")
  var context: String?

  /// By long name, for `RunSettings`.
  var given: [String: String?] {
    ["namespace": namespace, "selector": selector, "cluster-id": clusterId]
  }

  /// Whether a certain cluster was asked for on the command line.
  var isExplicit: Bool { kubeconfig != nil || context != nil }

  func configuration(
    _ environment: [String: String]
  ) throws(ConfigurationError) -> KubernetesConfiguration {
    try KubernetesConfiguration.load(
      kubeconfig: kubeconfig, context: context, environment: environment)
  }
}
