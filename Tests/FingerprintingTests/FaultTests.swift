import Fingerprinting
import Keyframing
import Testing

/// What is refused, and that nothing traps.
@Suite("fingerprint faults")
struct FaultTests {
    private let plane = TestPlane.scene(width: 40, height: 30, seed: 1)

    private func fault(
        _ picture: consuming Picture,
        kind: FingerprintKind = .pdqFullResolution
    ) -> FingerprintFault? {
        var fingerprinter = Fingerprinter(kind: kind)
        do throws(FingerprintFault) {
            _ = try fingerprinter.fingerprint(of: picture)
            return nil
        } catch {
            return error
        }
    }

    @Test("a scaled plane is refused where full size is needed")
    func scaledPlane() {
        let pixels = (width: 80, height: 60)
        #expect(fault(plane.picture(scale: 2, pixels: pixels)) == nil)
        #expect(
            fault(plane.picture(scale: 2, pixels: pixels), kind: .pdqNearest512)
                == .scaledPlane(scale: 2)
        )
        #expect(
            fault(plane.picture(floats: true, scale: 2, pixels: pixels)) == .scaledPlane(scale: 2)
        )
        #expect(
            fault(plane.picture(policy: .exact, scale: 2, pixels: pixels))
                == .scaledPlane(scale: 2)
        )
    }

    @Test(
        "a plane that does not fit its picture is refused",
        arguments: [
            (41, 30, 1), (40, 29, 1), (40, 30, 0), (0, 30, 1), (-40, 30, 1), (Int.min, Int.min, 8),
            (82, 60, 2), (78, 60, 2), (40, 30, 2),
        ]
    )
    func mismatchedPlane(width: Int, height: Int, scale: Int) {
        let picture = plane.picture(scale: UInt8(scale), pixels: (width, height))
        #expect(
            fault(picture) == .mismatchedPlane(width: width, height: height, scale: scale)
        )
    }

    @Test("the last block of a scaled plane may stand for fewer pixels", arguments: [79, 80])
    func partialBlocks(width: Int) {
        #expect(fault(plane.picture(scale: 2, pixels: (width, 59))) == nil)
    }

    @Test("a side over the limit is refused, one at the limit is not")
    func longSides() {
        let limit = Fingerprinter.longestSide
        let over = TestPlane(
            width: limit + 1,
            height: 5,
            samples: [UInt8](repeating: 9, count: 5 * (limit + 1))
        )
        #expect(fault(over.picture()) == .sideTooLong(width: limit + 1, height: 5))
        #expect(
            fault(plane.picture(scale: 8, pixels: (.max, .max)))
                == .sideTooLong(width: .max, height: .max)
        )
        let at = TestPlane(
            width: 5,
            height: limit,
            samples: [UInt8](repeating: 9, count: 5 * limit)
        )
        #expect(fault(at.picture()) == nil)
    }

    @Test("each fault says what went wrong")
    func descriptions() {
        #expect(FingerprintFault.scaledPlane(scale: 4).description.contains("1/4"))
        let mismatch = FingerprintFault.mismatchedPlane(width: 7, height: 9, scale: 2)
        #expect(mismatch.description.contains("7 × 9"))
        #expect(
            FingerprintFault.sideTooLong(width: 2_000_000, height: 5).description
                .contains("2000000 × 5")
        )
    }
}
