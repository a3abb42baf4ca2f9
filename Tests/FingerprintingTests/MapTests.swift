import CKernels
import Fingerprinting
import Keyframing
import Testing

/// The fast form against the definition, and its scaled form against the full one.
@Suite("the banded map")
struct MapTests {
    static let sizes = [
        (5, 5), (5, 700), (699, 6), (17, 31), (63, 65), (64, 64), (127, 128), (129, 127),
        (257, 255),
        (320, 241), (512, 512), (513, 511), (640, 481), (1001, 333),
    ]

    @Test("its fingerprints and qualities equal the definition's", arguments: MapTests.sizes)
    func equalsDefinition(width: Int, height: Int) throws {
        for kind in FingerprintKind.allCases {
            var definition = Fingerprinter(
                kind: kind,
                level: vestige_best_kernel_level(),
                form: .definition
            )
            var map = Fingerprinter(kind: kind, level: vestige_best_kernel_level(), form: .map)
            for seed in 1...4 as ClosedRange<UInt64> {
                let picture = TestPlane.scene(width: width, height: height, seed: seed).picture()
                let expected = try definition.fingerprint(of: picture)
                #expect(try map.fingerprint(of: picture) == expected, "seed \(seed)")
            }
        }
    }

    /// A running sum of floats drifts by its roundings; a weighted sum does not run. The bound is
    /// five times what was seen on these planes (0.0008, at 513 × 511).
    @Test("its planes lie within 0.004 of the definition's", arguments: MapTests.sizes)
    func planesAgree(width: Int, height: Int) {
        let plane = TestPlane.scene(width: width, height: height, seed: 9)
        var expected = [Float](repeating: 0, count: 4096)
        var scratch = [Float](repeating: 0, count: vestige_blur_scratch(width, height))
        vestige_blur_bytes(plane.samples, width, height, &scratch, &expected)
        let mapped = reduced(plane, width: width, height: height, scale: 1)
        let largest = zip(expected, mapped).reduce(0) { max($0, abs($1.0 - $1.1)) }
        #expect(largest < 0.004)
    }

    /// Where all pixels of a block are equal, the scaled plane holds all that the picture does.
    @Test(
        "a scaled plane gives what the picture of its blocks gives",
        arguments: [2, 4, 8],
        [(64, 64), (300, 401), (641, 333), (1000, 77)]
    )
    func scaledPlaneStandsForBlocks(scale: Int, size: (width: Int, height: Int)) throws {
        let (width, height) = size
        let small = TestPlane.scene(
            width: (width + scale - 1) / scale,
            height: (height + scale - 1) / scale,
            seed: 5
        )
        let large = small.rearranged(width: width, height: height) { ($0 / scale, $1 / scale) }
        let fromSmall = reduced(small, width: width, height: height, scale: scale)
        let fromLarge = reduced(large, width: width, height: height, scale: 1)
        #expect(zip(fromSmall, fromLarge).allSatisfy { abs($0 - $1) < 0.001 })

        var fingerprinter = Fingerprinter()
        let scaled = try fingerprinter.fingerprint(
            of: small.picture(scale: UInt8(scale), pixels: (width, height))
        )
        let full = try fingerprinter.fingerprint(of: large.picture())
        #expect(scaled == full)
    }

    @Test("a cache of maps gives what a fresh one gives")
    func cacheIsTransparent() throws {
        let pictures = (0..<12).map {
            TestPlane.scene(width: 70 + 13 * $0, height: 200 - 9 * $0, seed: 3)
        }
        var kept = Fingerprinter()
        // More sizes than the cache holds, and back again.
        for plane in pictures + pictures.reversed() {
            var fresh = Fingerprinter()
            let picture = plane.picture()
            #expect(try kept.fingerprint(of: picture) == (try fresh.fingerprint(of: picture)))
        }
    }

    private func reduced(_ plane: TestPlane, width: Int, height: Int, scale: Int) -> [Float] {
        let rows = BlurAxis(size: height, scale: scale)
        let columns = BlurAxis(size: width, scale: scale)
        var result = [Float](repeating: 0, count: 4096)
        var scratch = [Float](repeating: 0, count: vestige_map_scratch(plane.width))
        withExtendedLifetime((rows, columns)) {
            var (rowBands, columnBands) = (rows.bands, columns.bands)
            vestige_map_bytes(
                vestige_best_kernel_level(),
                plane.samples,
                plane.width,
                plane.width,
                &rowBands,
                &columnBands,
                &scratch,
                &result
            )
        }
        return result
    }
}
