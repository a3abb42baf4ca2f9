// swift-tools-version: 6.2
import PackageDescription

/// The programs that the benchmarks run. A package of its own, so that nobody who only builds vestige
/// pays for it; it sees no more of the stages than any other program would.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let stages: Target.Dependency = .product(name: "VestigeStages", package: "vestige")

let package = Package(
    name: "vestige-benchmarks",
    dependencies: [
        .package(name: "vestige", path: "..")
    ],
    targets: [
        // What the programs share.
        .target(
            name: "BenchSupport",
            dependencies: [stages],
            swiftSettings: strict
        ),
        .target(
            name: "CBruteForce",
            cSettings: [.treatAllWarnings(as: .error), .unsafeFlags(["-O3"])]
        ),
        .executableTarget(
            name: "exactness-check",
            dependencies: ["BenchSupport", "CBruteForce", stages],
            path: "Sources/ExactnessCheck",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "fingerprint-load",
            path: "Sources/FingerprintLoad",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "build-bench",
            dependencies: ["BenchSupport", stages],
            path: "Sources/BuildBench",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "kernel-bench",
            dependencies: [stages],
            path: "Sources/KernelBench",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "scan-bench",
            dependencies: ["BenchSupport", stages],
            path: "Sources/ScanBench",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "search-bench",
            dependencies: ["BenchSupport", stages],
            path: "Sources/SearchBench",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "segment-fuzz",
            dependencies: ["BenchSupport", stages],
            path: "Sources/SegmentFuzz",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "join-bench",
            dependencies: ["BenchSupport", stages],
            path: "Sources/JoinBench",
            swiftSettings: strict
        ),
    ]
)
