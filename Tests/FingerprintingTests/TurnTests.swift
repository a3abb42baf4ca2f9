import Fingerprinting
import Keyframing
import Testing

/// The variants from the transform against fingerprints of pixels that are really turned.
@Suite("turned and mirrored pictures")
struct TurnTests {
    /// At 64 × 64 no window reaches past its sample, so that turning loses nothing.
    @Test(
        "the variants of 64 × 64 pictures are those of the turned pixels",
        arguments: Turn.allCases
    )
    func equalTurnedPixels(turn: Turn) throws {
        var fingerprinter = Fingerprinter()
        for seed in 1...16 as ClosedRange<UInt64> {
            let plane = TestPlane.scene(width: 64, height: 64, seed: seed)
            let original = try fingerprinter.fingerprint(of: plane.picture())
            let turned = try fingerprinter.fingerprint(of: plane.turned(turn).picture())
            #expect(original.turned(turn).distance(to: turned.fingerprint) == 0, "seed \(seed)")
        }
    }

    @Test("at other sizes they are within the radius", arguments: Turn.allCases)
    func nearTurnedPixels(turn: Turn) throws {
        var fingerprinter = Fingerprinter()
        for (width, height) in [(500, 375), (333, 640), (1025, 514)] {
            let plane = TestPlane.scene(width: width, height: height, seed: 77)
            let original = try fingerprinter.fingerprint(of: plane.picture())
            let turned = try fingerprinter.fingerprint(of: plane.turned(turn).picture())
            let distance = original.turned(turn).distance(to: turned.fingerprint)
            #expect(distance <= Fingerprint.recommendedRadius)
        }
    }

    @Test("the eight are in the order of the turns, the picture's own first")
    func variantsAreOrdered() throws {
        var fingerprinter = Fingerprinter()
        let plane = TestPlane.scene(width: 200, height: 100, seed: 1)
        let result = try fingerprinter.fingerprint(of: plane.picture())
        #expect(result.variants.map(\.turn) == Turn.allCases)
        #expect(result.variants.map(\.fingerprint) == Turn.allCases.map { result.turned($0) })
        #expect(result.turned(.none) == result.fingerprint)
        #expect(Set(result.variants.map(\.fingerprint)).count == 8)
    }

    @Test("turning twice by the same name gives the picture back")
    func mirrorsAreInvolutions() throws {
        var fingerprinter = Fingerprinter()
        let plane = TestPlane.scene(width: 64, height: 64, seed: 21)
        let original = try fingerprinter.fingerprint(of: plane.picture())
        for turn in [Turn.rotate180, .flipX, .flipY, .flipPlus1, .flipMinus1] {
            let turned = try fingerprinter.fingerprint(of: plane.turned(turn).picture())
            #expect(turned.turned(turn) == original.fingerprint)
        }
    }
}

extension TestPlane {
    /// The pixels turned: what `Docs/Fingerprint.md` says that each name means.
    func turned(_ turn: Turn) -> TestPlane {
        let (right, bottom) = (width - 1, height - 1)
        return switch turn {
        case .none: self
        case .rotate90: rearranged(width: height, height: width) { (right - $1, $0) }
        case .rotate180: rearranged(width: width, height: height) { (right - $0, bottom - $1) }
        case .rotate270: rearranged(width: height, height: width) { ($1, bottom - $0) }
        case .flipX: rearranged(width: width, height: height) { ($0, bottom - $1) }
        case .flipY: rearranged(width: width, height: height) { (right - $0, $1) }
        case .flipPlus1: rearranged(width: height, height: width) { ($1, $0) }
        case .flipMinus1: rearranged(width: height, height: width) { (right - $1, bottom - $0) }
        }
    }
}
