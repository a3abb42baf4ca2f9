// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target of ours: warnings stop the build, and a declaration is only visible where its
/// module is imported by name, so that a stage cannot lean on what another one happens to import.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// C: the fingerprint must have the same bits on every machine, so no multiply and add is fused unless
/// a kernel says so itself; and a debug build without optimised kernels would make the tests crawl.
let kernels: [CSetting] = [
    .treatAllWarnings(as: .error),
    .unsafeFlags(["-O3", "-ffp-contract=off", "-Wall", "-Wextra"]),
]

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")

let package = Package(
    name: "vestige",
    products: [
        .executable(name: "vestige", targets: ["vestige"]),
        // For the benchmarks, which are a package of their own.
        .library(
            name: "VestigeStages",
            targets: [
                "CKernels", "Evidence", "Keyframing", "Decoding", "Unpacking", "Fingerprinting",
                "Indexing", "Matching",
            ]
        ),
        // For the fuzzing, which is another.
        .library(name: "VestigeCasework", targets: ["Casework"]),
    ],
    traits: [
        .default(enabledTraits: ["DiskImages"]),
        .trait(
            name: "DiskImages",
            description: "Read disk images, with The Sleuth Kit and libewf."
        ),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        .target(name: "CKernels", cSettings: kernels),
        .target(
            name: "CMedia",
            cSettings: [.treatAllWarnings(as: .error), .unsafeFlags(["-O2", "-Wall", "-Wextra"])],
            linkerSettings: [
                "archive", "avformat", "avcodec", "avutil", "swscale", "jpeg", "png", "heif",
                "webp", "webpdemux",
            ].map { .linkedLibrary($0) }
        ),
        .target(
            name: "CDiskImages",
            cSettings: [
                .define("VESTIGE_DISK_IMAGES", .when(traits: ["DiskImages"])),
                .treatAllWarnings(as: .error), .unsafeFlags(["-O2", "-Wall", "-Wextra"]),
            ],
            linkerSettings: [
                // The Sleuth Kit's static library, of which the linker takes what is called. The shared one brings forty
                // libraries with it, for image formats that are not used, and every worker would load them.
                ":libtsk.a", "ewf", "bfio", "z", "stdc++",
            ].map { .linkedLibrary($0, .when(traits: ["DiskImages"])) }
        ),
        .target(name: "Evidence", dependencies: ["CKernels", crypto], swiftSettings: strict),
        .target(name: "Keyframing", dependencies: ["Evidence"], swiftSettings: strict),
        .target(
            name: "Decoding",
            dependencies: ["CMedia", "Evidence", "Keyframing"],
            swiftSettings: strict
        ),
        .target(
            name: "Unpacking",
            dependencies: [
                "CMedia", "Evidence", "Decoding",
                .target(name: "CDiskImages", condition: .when(traits: ["DiskImages"])),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Fingerprinting",
            dependencies: ["CKernels", "Keyframing"],
            swiftSettings: strict
        ),
        .target(
            name: "Indexing",
            dependencies: ["CKernels", "Evidence", "Keyframing", "Fingerprinting", crypto],
            swiftSettings: strict
        ),
        .target(
            name: "Matching",
            dependencies: ["CKernels", "Keyframing", "Fingerprinting", "Indexing"],
            swiftSettings: strict
        ),
        .target(
            name: "HashLists",
            dependencies: [
                "Evidence", "Keyframing", "Fingerprinting", "Indexing", crypto,
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Casework",
            dependencies: [
                "CMedia", "Evidence", "Keyframing", "Decoding", "Unpacking", "Fingerprinting",
                "Indexing", "Matching", "HashLists",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Evaluating",
            dependencies: [
                "Evidence", "Keyframing", "Fingerprinting", "Indexing", "Matching", "Casework",
                crypto,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Reporting",
            dependencies: [
                "Evidence", "Keyframing", "Unpacking", "Fingerprinting", "Matching", "HashLists",
                "Casework", "Evaluating", crypto,
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "vestige",
            dependencies: [
                "CMedia", "Evidence", "Keyframing", "Decoding", "Unpacking", "Fingerprinting",
                "Indexing", "Matching", "HashLists", "Casework", "Evaluating", "Reporting",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        // What the tests share; part of no product.
        .target(
            name: "TestSupport",
            dependencies: ["CMedia"],
            path: "Tests/TestSupport",
            exclude: ["Disks"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "CKernelsTests",
            dependencies: ["TestSupport", "CKernels"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EvidenceTests",
            dependencies: ["TestSupport", "CKernels", "Evidence", crypto],
            swiftSettings: strict
        ),
        .testTarget(
            name: "DecodingTests",
            dependencies: ["TestSupport", "CMedia", "Decoding", "Keyframing"],
            exclude: ["Fixtures"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "UnpackingTests",
            dependencies: [
                "TestSupport", "CMedia", "Decoding", "Unpacking",
                .target(name: "CDiskImages", condition: .when(traits: ["DiskImages"])),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "FingerprintingTests",
            dependencies: ["TestSupport", "CKernels", "Keyframing", "Fingerprinting"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "IndexingTests",
            dependencies: [
                "TestSupport", "CKernels", "Evidence", "Keyframing", "Fingerprinting", "Indexing",
                crypto,
            ],
            resources: [.copy("Fixtures")],
            swiftSettings: strict
        ),
        .testTarget(
            name: "MatchingTests",
            dependencies: [
                "TestSupport", "CKernels", "Keyframing", "Fingerprinting", "Indexing", "Matching",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "HashListsTests",
            dependencies: [
                "TestSupport", "Evidence", "Keyframing", "Fingerprinting", "Indexing", "HashLists",
                crypto,
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "CaseworkTests",
            dependencies: [
                "TestSupport", "CMedia", "Evidence", "Keyframing", "Decoding", "Unpacking",
                "Fingerprinting",
                "Indexing",
                "Matching", "HashLists", "Casework", crypto,
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EvaluatingTests",
            dependencies: ["TestSupport", "Evidence", "Fingerprinting", "Casework", "Evaluating"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ReportingTests",
            dependencies: [
                "Evidence", "Keyframing", "Fingerprinting", "Matching", "Casework", "Reporting",
                "Evaluating",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "FuzzTests",
            dependencies: [
                "CKernels", "CMedia", "Evidence", "Keyframing", "Decoding", "Unpacking",
                "Fingerprinting", "Indexing", "Matching", "Casework", crypto,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "TestSupport", "vestige", "Evidence", "Keyframing", "Fingerprinting", "HashLists",
                "Casework",
                crypto, .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
    ]
)
