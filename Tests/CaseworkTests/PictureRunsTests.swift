import Fingerprinting
import Keyframing
import Testing

@testable import Casework

/// Neighbouring pictures of a film that are nearly the same are stored once.
@Suite struct PictureRunsTests {
    private func picture(
        _ time: Int64?,
        bits: Int = 0,
        tone: PictureTone = .ordinary,
        background: Background = .opaque
    ) -> ItemFingerprint {
        let ones = bits == 64 ? UInt64.max : (1 << UInt64(bits)) - 1
        return ItemFingerprint(
            fingerprint: Fingerprint(words: (ones, 0, 0, 0)),
            quality: 100,
            timeMilliseconds: time,
            tone: tone,
            origin: PictureOrigin(decoder: .ffmpeg, policy: .fast, background: background),
            variants: []
        )
    }

    /// The runs as time, span and the number of bits that are set.
    private func runs(_ pictures: [ItemFingerprint]) -> [[Int]] {
        var runs = PictureRuns(sampling: .covering(fillMilliseconds: 4_000))
        return (pictures.flatMap { runs.add($0) } + runs.finish()).map {
            [
                Int($0.timeMilliseconds ?? -1), Int($0.spanMilliseconds),
                $0.fingerprint.distance(to: Fingerprint(words: (0, 0, 0, 0))),
            ]
        }
    }

    @Test("up to eight bits from the first of them, pictures are one with the span of all")
    func span() {
        let pictures = [picture(0), picture(4_000, bits: 8), picture(8_000, bits: 3)]
        #expect(runs(pictures) == [[0, 8_000, 0]])
        #expect(runs([picture(0), picture(4_000, bits: 9)]) == [[0, 0, 0], [4_000, 0, 9]])
        // A slow change ends a run where it is too far from the first.
        let slow = (0...4).map { picture(Int64($0) * 4_000, bits: $0 * 4) }
        #expect(runs(slow) == [[0, 8_000, 0], [12_000, 4_000, 12]])
    }

    @Test("a pause ends a run, and so does another tone")
    func ends() {
        #expect(runs([picture(0), picture(5_000)]) == [[0, 5_000, 0]])
        #expect(runs([picture(0), picture(5_001)]) == [[0, 0, 0], [5_001, 0, 0]])
        #expect(runs([picture(0), picture(4_000, tone: .black)]) == [[0, 0, 0], [4_000, 0, 0]])
    }

    @Test("pictures without a time stand alone; both backgrounds of a moment have their own runs")
    func apart() {
        #expect(runs([picture(nil), picture(nil)]) == [[-1, 0, 0], [-1, 0, 0]])
        let both = [
            picture(0, background: .ignored), picture(0, bits: 40, background: .white),
            picture(4_000, background: .ignored), picture(4_000, bits: 40, background: .white),
        ]
        #expect(Set(runs(both)) == [[0, 4_000, 0], [0, 4_000, 40]])
    }
}
