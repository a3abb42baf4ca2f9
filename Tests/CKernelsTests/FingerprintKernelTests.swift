import CKernels
import Foundation
import TestSupport
import Testing

/// Every body of the fingerprint kernels against the definition, bit by bit.
@Suite("fingerprint kernels")
struct FingerprintKernelTests {
    static let levels: [vestige_kernel_level] =
        [
            .VESTIGE_KERNEL_PORTABLE, .VESTIGE_KERNEL_POPCNT, .VESTIGE_KERNEL_AVX2,
            .VESTIGE_KERNEL_AVX512,
        ]
        .filter { $0.rawValue <= vestige_best_kernel_level().rawValue }

    @Test(
        "the streamed blur equals whole planes filtered one pass after the other",
        arguments: [
            (1, 1), (5, 5), (1, 300), (300, 1), (5, 700), (700, 5), (7, 8), (31, 33), (63, 65),
            (64, 64), (127, 129), (128, 128), (129, 127), (200, 385), (256, 257), (641, 130),
            (130, 641), (512, 64), (77, 1025),
        ]
    )
    func blurEqualsDefinition(width: Int, height: Int) {
        var random = SplitMix64(seed: UInt64(width << 16 | height))
        let bytes = (0..<(width * height)).map { _ in UInt8.random(in: 0...255, using: &random) }
        // Odd fractions, so that every addition rounds and its place in the order shows.
        let floats = bytes.map { Float($0) * 0.9973 + 0.114 }
        var scratch = [Float](repeating: .nan, count: vestige_blur_scratch(width, height))
        var reduced = [Float](repeating: .nan, count: 4096)

        vestige_blur_floats(floats, width, height, &scratch, &reduced)
        #expect(reduced == FingerprintDefinition.blurred(floats, width: width, height: height))

        vestige_blur_bytes(bytes, width, height, &scratch, &reduced)
        let expected = FingerprintDefinition.blurred(
            bytes.map { Float($0) },
            width: width,
            height: height
        )
        #expect(reduced == expected)
    }

    @Test(
        "the map adds in the stated order, at every level",
        arguments: FingerprintKernelTests.levels,
        [1, 2, 7, 15, 16, 17, 31, 32, 33, 63, 100, 161, 256, 700]
    )
    func mapEqualsDefinition(level: vestige_kernel_level, width: Int) {
        var random = SplitMix64(seed: UInt64(width))
        let height = 71
        let stride = width + Int.random(in: 0...3, using: &random)
        let plane = (0..<(stride * height - (stride - width))).map { _ in
            UInt8.random(in: 0...255, using: &random)
        }
        let rows = bands(within: height, using: &random)
        let columns = bands(within: width, using: &random)
        var scratch = [Float](repeating: .nan, count: vestige_map_scratch(width))
        var reduced = [Float](repeating: .nan, count: 4096)
        map(level, plane, stride, width, rows, columns, &scratch, &reduced)
        let expected = FingerprintDefinition.mapped(
            plane,
            stride: stride,
            width: width,
            rows: rows,
            columns: columns
        )
        #expect(reduced == expected)
    }

    @Test("the cosine matrix is the cosines', to a float's last bit")
    func cosineMatrix() {
        var cosines = [Float](repeating: 0, count: 1024)
        vestige_cosine_matrix(&cosines)
        // The root is a float first, as the reference has it.
        let root = Double(Float((2.0 / 64).squareRoot()))
        for order in 1...16 {
            for sample in 0..<64 {
                let angle = Double.pi / 128 * Double(order * (2 * sample + 1))
                #expect(cosines[sample * 16 + order - 1] == Float(root * cos(angle)))
            }
        }
    }

    @Test(
        "the transform, quality and bits equal the definition",
        arguments: FingerprintKernelTests.levels
    )
    func transformEqualsDefinition(level: vestige_kernel_level) {
        var random = SplitMix64(seed: 0xDC7)
        var cosines = [Float](repeating: 0, count: 1024)
        vestige_cosine_matrix(&cosines)
        // From faint to strong: the quality below its cap too.
        for strength in [0, 1, 8, 30, 120, 255] as [Float] {
            let reduced = (0..<4096).map { _ in Float.random(in: 0...1, using: &random) * strength }
            var coefficients = [Float](repeating: .nan, count: 256)
            vestige_transform(level, reduced, cosines, &coefficients)
            #expect(coefficients == FingerprintDefinition.transformed(reduced, cosines: cosines))
            #expect(vestige_quality(reduced) == FingerprintDefinition.quality(reduced))

            var words = [UInt64](repeating: .max, count: 4)
            vestige_fingerprint_bits(level, coefficients, &words)
            #expect(words == FingerprintDefinition.bits(coefficients))

            var turned = [UInt64](repeating: .max, count: 32)
            vestige_turned_bits(level, coefficients, &turned)
            let expected = FingerprintDefinition.turned(coefficients)
            #expect(turned == expected.flatMap { FingerprintDefinition.bits($0) })
        }
    }

    @Test(
        "the median is the 128th smallest, whatever the values",
        arguments: FingerprintKernelTests.levels
    )
    func medianEqualsDefinition(level: vestige_kernel_level) {
        var random = SplitMix64(seed: 0x3ED)
        let choices: [[Float]] = [
            [0], [0, -0.0], [-1, 1], [1, 2, 3], [-.infinity, .infinity, 0],
            [.leastNonzeroMagnitude, -.leastNonzeroMagnitude, 0], [.greatestFiniteMagnitude, -5],
            (0..<400).map { _ in Float.random(in: -1000...1000, using: &random) },
        ]
        for choice in choices {
            for _ in 0..<20 {
                let values = (0..<256).map { _ in choice.randomElement(using: &random) ?? 0 }
                #expect(vestige_lower_median(level, values) == values.sorted()[127])
            }
        }
        // The rank itself: 256 different values, and one more or fewer on either side.
        let ranked = (0..<256).map { Float($0) }.shuffled(using: &random)
        #expect(vestige_lower_median(level, ranked) == 127)
        for low in 126...129 {
            let values = (0..<256).map { $0 < low ? Float(-1) : Float(1) }
            #expect(vestige_lower_median(level, values) == (low >= 128 ? -1 : 1))
        }
    }

    @Test(
        "nearest neighbour takes the stated sample",
        arguments: [(600, 100), (513, 512), (3, 1024)]
    )
    func nearestEqualsDefinition(width: Int, height: Int) {
        var random = SplitMix64(seed: UInt64(width))
        let bytes = (0..<(width * height)).map { _ in UInt8.random(in: 0...255, using: &random) }
        let side = 512
        var fromBytes = [UInt8](repeating: 0, count: side * side)
        var fromFloats = [Float](repeating: 0, count: side * side)
        vestige_nearest_bytes(bytes, width, height, side, &fromBytes)
        vestige_nearest_floats(bytes.map { Float($0) }, width, height, side, &fromFloats)
        var expected: [UInt8] = []
        for y in 0..<side {
            for x in 0..<side {
                expected.append(bytes[y * height / side * width + x * width / side])
            }
        }
        #expect(fromBytes == expected)
        #expect(fromFloats == expected.map { Float($0) })
    }

    private func bands(
        within size: Int,
        using random: inout SplitMix64
    ) -> FingerprintDefinition.Bands {
        var bands = FingerprintDefinition.Bands()
        for _ in 0..<64 {
            let start = Int.random(in: 0..<size, using: &random)
            let count = Int.random(in: 1...(size - start), using: &random)
            let weights = (0..<count).map { _ in Float.random(in: 0.001...0.1, using: &random) }
            bands.append(start: start, weights: weights)
        }
        return bands
    }

    private func map(
        _ level: vestige_kernel_level,
        _ plane: [UInt8],
        _ stride: Int,
        _ width: Int,
        _ rows: FingerprintDefinition.Bands,
        _ columns: FingerprintDefinition.Bands,
        _ scratch: inout [Float],
        _ reduced: inout [Float]
    ) {
        withBands(rows) { rows in
            withBands(columns) { columns in
                vestige_map_bytes(
                    level,
                    plane,
                    stride,
                    width,
                    rows,
                    columns,
                    &scratch,
                    &reduced
                )
            }
        }
    }

    private func withBands(
        _ bands: FingerprintDefinition.Bands,
        _ body: (UnsafePointer<vestige_bands>) -> Void
    ) {
        bands.starts.withUnsafeBufferPointer { starts in
            bands.counts.withUnsafeBufferPointer { counts in
                bands.offsets.withUnsafeBufferPointer { offsets in
                    bands.weights.withUnsafeBufferPointer { weights in
                        guard let starts = starts.baseAddress, let counts = counts.baseAddress,
                            let offsets = offsets.baseAddress, let weights = weights.baseAddress
                        else { return }
                        var bands = vestige_bands(
                            starts: starts,
                            counts: counts,
                            offsets: offsets,
                            weights: weights
                        )
                        body(&bands)
                    }
                }
            }
        }
    }
}
