import CKernels
import Fingerprinting
import Keyframing
import Testing

/// The 24 pictures whose fingerprints the two reference implementations computed.
@Suite("known answers")
struct KnownAnswerTests {
    @Test("every bit and the quality equal the C++ reference's", arguments: KnownAnswer.all)
    func equalsCommandLine(answer: KnownAnswer) throws {
        let picture = answer.picture(luma: .summedAsFloats)
        var nearest = Fingerprinter(kind: .pdqNearest512)
        let result = try nearest.fingerprint(of: picture)
        #expect(result.variants.map(\.fingerprint.hex) == answer.turned)
        #expect(result.quality == answer.nearestQuality)
        if max(answer.width, answer.height) <= 512 {
            var fullResolution = Fingerprinter(kind: .pdqFullResolution)
            #expect(try fullResolution.fingerprint(of: picture) == result)
        }
    }

    @Test("every bit and the quality equal those of the Python package", arguments: KnownAnswer.all)
    func equalsPythonPackage(answer: KnownAnswer) throws {
        let picture = answer.picture(luma: .summedAsDoubles)
        var fullResolution = Fingerprinter(kind: .pdqFullResolution)
        let result = try fullResolution.fingerprint(of: picture)
        #expect(result.fingerprint.hex == answer.fullResolution)
        #expect(result.quality == answer.fullResolutionQuality)
    }

    /// Ten bits where the quality is 80 and more is the reference's own rule for other decoders.
    @Test("the fast form equals the definition, and is near them", arguments: KnownAnswer.all)
    func fastFormIsNear(answer: KnownAnswer) throws {
        let floats = answer.luma(.summedAsFloats)
        let bytes = LumaPlane<UInt8>(uninitializedWidth: answer.width, height: answer.height)
        for index in 0..<floats.count {
            bytes.samples[index] = UInt8(floats.samples[index].rounded())
        }
        let picture = Picture(
            luma: .bytes(bytes),
            width: answer.width,
            height: answer.height,
            origin: PictureOrigin(decoder: .none, policy: .fast)
        )
        for kind in FingerprintKind.allCases {
            var definition = Fingerprinter(
                kind: kind,
                level: .VESTIGE_KERNEL_PORTABLE,
                form: .definition
            )
            var map = Fingerprinter(kind: kind, level: .VESTIGE_KERNEL_PORTABLE, form: .map)
            let result = try map.fingerprint(of: picture)
            #expect(result == (try definition.fingerprint(of: picture)))

            let isFull = kind == .pdqFullResolution
            let reference = try #require(
                Fingerprint(hex: isFull ? answer.fullResolution : answer.turned[0])
            )
            let quality = isFull ? answer.fullResolutionQuality : answer.nearestQuality
            if quality >= 80 {
                #expect(result.fingerprint.distance(to: reference) <= 10)
            }
        }
    }
}

extension KnownAnswer {
    /// The two references differ in the last bit of a sample.
    enum Luma {
        /// The C++ reference: floats, summed red, green, blue.
        case summedAsFloats
        /// The Python package: the same in doubles, rounded to a float at the end.
        case summedAsDoubles
    }

    func picture(luma: Luma) -> Picture {
        Picture(
            luma: .floats(self.luma(luma)),
            width: width,
            height: height,
            origin: PictureOrigin(decoder: .none, policy: .exact)
        )
    }

    func luma(_ luma: Luma) -> LumaPlane<Float> {
        let plane = LumaPlane<Float>(uninitializedWidth: width, height: height)
        for y in 0..<height {
            for x in 0..<width {
                let red =
                    (wave(3 &* x &+ 5 &* y &+ 17 &* seed) &+ wave(x &* y / 16 &+ 29 &* seed)) >> 1
                let green =
                    (wave(7 &* x &+ 509 &* y &+ 41 &* seed) &+ wave((x &* x &+ y &* y) / 64)) >> 1
                let blue = wave(2 &* x &+ 11 &* y &+ 97 &* seed)
                plane.samples[y &* width &+ x] =
                    switch luma {
                    case .summedAsFloats:
                        0.299 * Float(red) + 0.587 * Float(green) + 0.114 * Float(blue)
                    case .summedAsDoubles:
                        Float(0.299 * Double(red) + 0.587 * Double(green) + 0.114 * Double(blue))
                    }
            }
        }
        return plane
    }

    private func wave(_ t: Int) -> Int {
        let distance = t & 511 &- 256
        return min(255, distance < 0 ? 0 &- distance : distance)
    }
}
