// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .treatAllWarnings(as: .error),
]

// MARK: - Packages

let grpc: Target.Dependency = .product(name: "GRPCCore", package: "grpc-swift-2")
let grpcTransport: Target.Dependency = .product(
  name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport")
let grpcProtobuf: Target.Dependency = .product(name: "GRPCProtobuf", package: "grpc-swift-protobuf")
let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let httpClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let asn1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let coreMetrics: Target.Dependency = .product(name: "CoreMetrics", package: "swift-metrics")
let lifecycle: Target.Dependency = .product(
  name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(
  name: "UnixSignals", package: "swift-service-lifecycle")
let arguments: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioEssentials: Target.Dependency = .product(
  name: "NIOFoundationEssentialsCompat", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let nioHTTP2: Target.Dependency = .product(name: "NIOHTTP2", package: "swift-nio-http2")

// MARK: - Targets

func shared(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Sources/Shared/\(name)", exclude: exclude,
    swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: settings)
}

let package = Package(
  name: "teleport-kubernetes",
  products: [
    .executable(name: "tbot-lite", targets: ["tbot-lite"]),
    .executable(name: "controller", targets: ["controller"]),
  ],
  dependencies: [
    .package(url: "https://github.com/grpc/grpc-swift-2.git", from: "2.4.3"),
    .package(url: "https://github.com/grpc/grpc-swift-nio-transport.git", from: "2.9.2"),
    .package(url: "https://github.com/grpc/grpc-swift-protobuf.git", from: "2.4.1"),
    .package(url: "https://github.com/apple/swift-protobuf.git", from: "1.39.0"),
    .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
    .package(url: "https://github.com/apple/swift-certificates.git", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-asn1.git", from: "1.7.4"),
    .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics.git", from: "2.13.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-nio-http2.git", from: "1.46.0"),
  ],
  targets: [
    // MARK: System libraries

    .systemLibrary(
      name: "CSQLite", path: "Sources/Shared/CSQLite", pkgConfig: "sqlite3",
      providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(
      name: "CYAML", path: "Sources/Shared/CYAML", pkgConfig: "yaml-0.1",
      providers: [.apt(["libyaml-dev"])]),

    // Judges that share no code with the product; only tests link them.
    .systemLibrary(
      name: "COpenSSL", path: "Tests/InteropTests/COpenSSL", pkgConfig: "openssl",
      providers: [.apt(["libssl-dev"])]),
    .systemLibrary(
      name: "CNGHTTP2", path: "Tests/InteropTests/CNGHTTP2", pkgConfig: "libnghttp2",
      providers: [.apt(["libnghttp2-dev"])]),
    .systemLibrary(
      name: "CCurl", path: "Tests/InteropTests/CCurl", pkgConfig: "libcurl",
      providers: [.apt(["libcurl4-openssl-dev"])]),

    // MARK: Shared libraries, lowest first

    shared("Documents", ["CYAML"]),
    shared("Operations", [logging, metrics, coreMetrics, nioCore, nioPosix, nioHTTP1]),
    shared("TeleportSchema", ["Documents", protobuf, crypto], exclude: ["Schemas"]),
    shared("Credentials", ["Operations", "CSQLite", x509, crypto, cryptoExtras, asn1]),
    shared(
      "TeleportClient",
      [
        "TeleportSchema", "Credentials", "Operations", grpc, grpcTransport, grpcProtobuf, protobuf,
        crypto, httpClient, nioCore, nioSSL, nioEssentials, logging,
      ], exclude: ["Protos"]),
    shared(
      "Kubernetes",
      [
        "Documents", "Operations", httpClient, nioCore, nioPosix, nioHTTP1, nioSSL, nioEssentials,
        logging,
      ]),

    // MARK: Executables

    .executableTarget(
      name: "tbot-lite",
      dependencies: [
        "Documents", "Operations", "TeleportSchema", "TeleportClient", "Credentials", "Kubernetes",
        x509, crypto, arguments, lifecycle, unixSignals, logging, metrics,
      ], swiftSettings: settings),
    .executableTarget(
      name: "controller",
      dependencies: [
        "Documents", "Operations", "TeleportSchema", "TeleportClient", "Credentials", "Kubernetes",
        arguments, lifecycle, unixSignals, logging, metrics,
      ], swiftSettings: settings),

    // MARK: Sandbox

    .target(
      name: "SandboxFaults", dependencies: [nioCore, nioPosix], path: "Tests/Sandbox/Faults",
      swiftSettings: settings),
    .target(
      name: "Processes", dependencies: [], path: "Tests/Sandbox/Processes", swiftSettings: settings),
    .target(
      name: "FileFaults", dependencies: ["Credentials"], path: "Tests/Sandbox/FileFaults",
      swiftSettings: settings),
    .target(
      name: "KubernetesSandbox",
      dependencies: [
        "Documents", "SandboxFaults", nioCore, nioPosix, nioHTTP1, nioTLS, nioSSL, nioHTTP2,
        nioEssentials, x509, crypto, asn1,
      ], path: "Tests/Sandbox/KubernetesAPI", swiftSettings: settings),
    .target(
      name: "TeleportSandbox",
      dependencies: [
        "CSQLite", "Documents", "SandboxFaults", "TeleportSchema", "TeleportClient", grpc,
        grpcTransport, grpcProtobuf, protobuf, x509, crypto, cryptoExtras, asn1,
      ], path: "Tests/Sandbox/TeleportAuth", swiftSettings: settings),
    .executableTarget(
      name: "sandbox",
      dependencies: [
        "Documents", "KubernetesSandbox", "TeleportSandbox", arguments, unixSignals,
      ], path: "Tests/Sandbox/Command", swiftSettings: settings),
    .executableTarget(
      name: "demo",
      dependencies: [
        "Documents", "TeleportSchema", "TeleportClient", "Credentials", "Kubernetes", arguments,
        unixSignals, "Processes", "sandbox", "tbot-lite", "controller",
      ], path: "Tests/Demo", swiftSettings: settings),
    .executableTarget(
      name: "bench",
      dependencies: [
        "Processes", "Credentials", "TeleportSandbox", "KubernetesSandbox", "SandboxFaults",
        "TeleportSchema", "TeleportClient", "Kubernetes", "Operations", "Documents", arguments,
        httpClient, nioCore,
      ],
      path: "Tests/Bench", swiftSettings: settings),

    // MARK: Tests

    tests("DocumentsTests", ["Documents", "SandboxFaults"]),
    tests("OperationsTests", ["Operations", "SandboxFaults", metrics, logging]),
    tests("TeleportSchemaTests", ["TeleportSchema", "Documents", "SandboxFaults"]),
    tests("CredentialsTests", ["Credentials", "FileFaults", "Operations", x509, crypto, asn1]),
    tests(
      "KubernetesTests",
      ["Kubernetes", "Operations", "Documents", "KubernetesSandbox", "SandboxFaults"]),
    tests(
      "TeleportClientTests",
      ["TeleportClient", "TeleportSandbox", "SandboxFaults", "Credentials", "Operations"]),
    tests("SandboxTests", ["KubernetesSandbox", "TeleportSandbox", "SandboxFaults", "Documents"]),
    tests(
      "TbotLiteTests",
      [
        "tbot-lite", "TeleportSandbox", "KubernetesSandbox", "SandboxFaults", "FileFaults",
        "Credentials", "Operations", "Documents", "Kubernetes", "TeleportClient", x509, crypto,
      ]),
    tests(
      "ControllerTests",
      [
        "controller", "TeleportSandbox", "KubernetesSandbox", "SandboxFaults", "Processes",
        "Documents", "Kubernetes", "Operations", httpClient, nioCore,
      ]),
    tests(
      "ContractTests",
      [
        "KubernetesSandbox", "TeleportSandbox", "TeleportClient", "TeleportSchema", "Kubernetes",
        "Credentials", "Documents", "Operations",
      ]),
    .testTarget(
      name: "DeployTests",
      dependencies: [
        "tbot-lite", "controller", "sandbox", "KubernetesSandbox", "Documents", "Operations",
        "TeleportSchema",
        arguments,
      ],
      path: "Tests/DeployTests", exclude: ["Renderer"], swiftSettings: settings),
    .testTarget(
      name: "InteropTests",
      dependencies: [
        "COpenSSL", "CNGHTTP2", "CCurl", "KubernetesSandbox", "TeleportSandbox", "TeleportClient",
        "Credentials", "Operations", "Documents",
      ], path: "Tests/InteropTests", exclude: ["COpenSSL", "CNGHTTP2", "CCurl"],
      swiftSettings: settings),
  ]
)
