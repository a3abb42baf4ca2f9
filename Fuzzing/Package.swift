// swift-tools-version: 6.2
import PackageDescription

/// The fuzzer: a package of its own, since it is built with sanitizers; `./run` does that.
let package = Package(
    name: "vestige-fuzzing",
    dependencies: [
        .package(name: "vestige", path: ".."),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    ],
    targets: [
        // The targets themselves are those of the tests, which replay what was found.
        .executableTarget(
            name: "vestige-fuzz",
            dependencies: [
                .product(name: "VestigeStages", package: "vestige"),
                .product(name: "VestigeCasework", package: "vestige"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            path: "Sources/Fuzz",
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .swiftLanguageMode(.v5),
            ]
        )
    ]
)
