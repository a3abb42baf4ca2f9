import CKernels
import Fingerprinting
import Keyframing
import Testing

/// The edges of what can be asked.
@Suite("fingerprinter")
struct FingerprinterTests {
    static let levels: [vestige_kernel_level] =
        [
            .VESTIGE_KERNEL_PORTABLE, .VESTIGE_KERNEL_POPCNT, .VESTIGE_KERNEL_AVX2,
            .VESTIGE_KERNEL_AVX512,
        ]
        .filter { $0.rawValue <= vestige_best_kernel_level().rawValue }

    @Test(
        "a side under five pixels gives zeros and quality 0",
        arguments: [(1, 1), (4, 100), (700, 4)]
    )
    func shortSides(width: Int, height: Int) throws {
        let plane = TestPlane.scene(width: width, height: height, seed: 1)
        for kind in FingerprintKind.allCases {
            var fingerprinter = Fingerprinter(kind: kind)
            for floats in [false, true] {
                let result = try fingerprinter.fingerprint(of: plane.picture(floats: floats))
                #expect(result.quality == 0)
                #expect(result.variants.allSatisfy { $0.fingerprint.words == (0, 0, 0, 0) })
            }
        }
    }

    @Test("a picture of one sample that stands for 5 × 5 pixels and more has a fingerprint")
    func oneSample() throws {
        var fingerprinter = Fingerprinter()
        let plane = TestPlane(width: 1, height: 1, samples: [200])
        let result = try fingerprinter.fingerprint(of: plane.picture(scale: 8, pixels: (8, 5)))
        #expect(result.quality == 0)
        let tooSmall = try fingerprinter.fingerprint(of: plane.picture(scale: 8, pixels: (4, 8)))
        #expect(tooSmall.fingerprint.words == (0, 0, 0, 0))
    }

    @Test("a flat picture has quality 0", arguments: [0, 1, 128, 255] as [UInt8])
    func flatPicture(tone: UInt8) throws {
        let plane = TestPlane(
            width: 300,
            height: 200,
            samples: [UInt8](repeating: tone, count: 60_000)
        )
        for kind in FingerprintKind.allCases {
            var fingerprinter = Fingerprinter(kind: kind)
            #expect(try fingerprinter.fingerprint(of: plane.picture()).quality == 0)
            let floats = plane.picture(floats: true)
            #expect(try fingerprinter.fingerprint(of: floats).quality == 0)
        }
    }

    @Test(
        "every level of the kernels gives the same result",
        arguments: FingerprinterTests.levels,
        [(5, 5), (64, 64), (97, 640), (513, 100), (20_000, 8), (8, 20_000)]
    )
    func levelsAgree(level: vestige_kernel_level, size: (width: Int, height: Int)) throws {
        let picture = TestPlane.scene(width: size.width, height: size.height, seed: 6).picture()
        for kind in FingerprintKind.allCases {
            for form in BlurForm.allCases {
                var portable = Fingerprinter(
                    kind: kind,
                    level: .VESTIGE_KERNEL_PORTABLE,
                    form: form
                )
                var fast = Fingerprinter(kind: kind, level: level, form: form)
                let expected = try portable.fingerprint(of: picture)
                #expect(try fast.fingerprint(of: picture) == expected)
            }
        }
    }

    @Test("policy exact takes the definition for bytes too")
    func exactTakesDefinition() throws {
        let plane = TestPlane.scene(width: 400, height: 300, seed: 2)
        var automatic = Fingerprinter()
        let fromBytes = try automatic.fingerprint(of: plane.picture(policy: .exact))
        let fromFloats = try automatic.fingerprint(of: plane.picture(floats: true, policy: .exact))
        #expect(fromBytes == fromFloats)
    }

    /// A large constant makes the running sums round where it shows, so that the two paths differ.
    @Test("a picture of 64 × 64 skips the blur, and its turns do not")
    func sixtyFourSkipsBlur() throws {
        let plane = TestPlane.scene(width: 64, height: 64, seed: 3)
        let samples = plane.samples.map { Float($0) * 0.9973 + 1_000_000 }
        let picture = Picture(
            luma: .floats(LumaPlane(width: 64, height: 64, copying: samples)),
            width: 64,
            height: 64,
            origin: PictureOrigin(decoder: .none, policy: .exact)
        )
        var fingerprinter = Fingerprinter()
        let result = try fingerprinter.fingerprint(of: picture)

        var blurred = [Float](repeating: 0, count: 4096)
        var scratch = [Float](repeating: 0, count: vestige_blur_scratch(64, 64))
        vestige_blur_floats(samples, 64, 64, &scratch, &blurred)
        let (skipping, notSkipping) = (turnedWords(samples), turnedWords(blurred))
        #expect(skipping[0] != notSkipping[0])
        #expect(result.fingerprint == skipping[0])
        for turn in Turn.allCases.dropFirst() {
            #expect(result.turned(turn) == notSkipping[Int(turn.rawValue)])
        }
    }

    private func turnedWords(_ reduced: [Float]) -> [Fingerprint] {
        var cosines = [Float](repeating: 0, count: 1024)
        var coefficients = [Float](repeating: 0, count: 256)
        var words = [UInt64](repeating: 0, count: 32)
        vestige_cosine_matrix(&cosines)
        vestige_transform(.VESTIGE_KERNEL_PORTABLE, reduced, cosines, &coefficients)
        vestige_turned_bits(.VESTIGE_KERNEL_PORTABLE, coefficients, &words)
        return (0..<8).map {
            Fingerprint(
                words: (words[4 * $0], words[4 * $0 + 1], words[4 * $0 + 2], words[4 * $0 + 3])
            )
        }
    }

    @Test("the two kinds are the same up to 512 and differ above")
    func kindsDifferAbove512() throws {
        var full = Fingerprinter(kind: .pdqFullResolution)
        var nearest = Fingerprinter(kind: .pdqNearest512)
        let small = TestPlane.scene(width: 512, height: 300, seed: 4).picture()
        #expect(try full.fingerprint(of: small) == (try nearest.fingerprint(of: small)))
        let large = TestPlane.scene(width: 513, height: 300, seed: 4)
        let shrunk = large.rearranged(width: 512, height: 512) { ($0 * 513 / 512, $1 * 300 / 512) }
        for floats in [false, true] {
            let ofLarge = try nearest.fingerprint(of: large.picture(floats: floats))
            #expect(ofLarge == (try full.fingerprint(of: shrunk.picture(floats: floats))))
            #expect(ofLarge != (try full.fingerprint(of: large.picture(floats: floats))))
        }
    }

    @Test("a limited range moves the quality alone, to that of the expanded samples")
    func limitedRange() throws {
        // Two tones in four tiles: few edges, so that the quality stays clear of its cap; and codes
        // whose expansion is whole: 16 + 73 is 85, 16 + 146 is 170.
        var limited = TestPlane(
            width: 320,
            height: 240,
            samples: [UInt8](repeating: 89, count: 76_800)
        )
        for y in 0..<240 {
            for x in 0..<320 where (x < 137) == (y < 101) {
                limited.samples[y * 320 + x] = 162
            }
        }
        let expanded = TestPlane(
            width: 320,
            height: 240,
            samples: limited.samples.map { $0 == 89 ? 85 : 170 }
        )
        var fingerprinter = Fingerprinter()
        let fromLimited = try fingerprinter.fingerprint(of: limited.picture(range: .limited))
        let asFull = try fingerprinter.fingerprint(of: limited.picture())
        let fromExpanded = try fingerprinter.fingerprint(of: expanded.picture())
        #expect(fromLimited.variants.map(\.fingerprint) == asFull.variants.map(\.fingerprint))
        #expect(fromLimited.quality == fromExpanded.quality)
        #expect(fromLimited.quality > asFull.quality)
    }
}
