import CMedia
import Decoding
import Keyframing
import TestSupport
import Testing

/// What becomes of transparent parts.
@Suite struct TransparencyTests {
    @Test("visible transparency gives two pictures", arguments: DecodePolicy.allCases)
    func twoPictures(policy: DecodePolicy) throws {
        var options = DecodeOptions()
        options.policy = policy
        let taken = decode(Fixture.bytes("alpha.png"), options: options).taken
        #expect(taken.map(\.origin.background) == [.ignored, .white])
        let stored = try #require(taken.first)
        let covered = try #require(taken.last)
        // Clear, opaque, and half clear, by the fixture's mask.
        #expect(covered.luma(x: 4, y: 4) == 255)
        #expect(covered.luma(x: 60, y: 4) == stored.luma(x: 60, y: 4))
        let half = (stored.luma(x: 49, y: 27) * 128 + 255 * 127) / 255
        #expect(abs(covered.luma(x: 49, y: 27) - half) <= 0.51)
    }

    @Test("without the wish for white there is one picture")
    func onePicture() {
        var options = DecodeOptions()
        options.overWhite = false
        let taken = decode(Fixture.bytes("alpha.png"), options: options).taken
        #expect(taken.map(\.origin.background) == [.ignored])
    }

    @Test("an alpha channel that hides nothing is opaque")
    func opaque() {
        let taken = decode(Fixture.bytes("opaque.png")).taken
        #expect(taken.map(\.origin.background) == [.opaque])
    }

    @Test("brightness over white is what the definition says")
    func definition() {
        for alpha in 0...255 {
            let luma = (0...255).map { UInt8($0) }
            let alphas = [UInt8](repeating: UInt8(alpha), count: 256)
            var over = [UInt8](repeating: 0, count: 256)
            vestige_over_white_bytes(alphas, 1, 256, 235, luma, &over)
            for value in 0...255 {
                let exact = (Double(value * alpha) + 235 * Double(255 - alpha)) / 255
                #expect(abs(Double(over[value]) - exact) <= 0.5)
            }
        }
    }

    @Test("brightness of colours is what the definition says")
    func colours() {
        var generator = SplitMix64(seed: 0x1A3A)
        let row = (0..<3000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        var bytes = [UInt8](repeating: 0, count: 1000)
        var floats = [Float](repeating: 0, count: 1000)
        vestige_luma_bytes(VESTIGE_ROW_RGB, row, 1000, &bytes)
        vestige_luma_floats(VESTIGE_ROW_RGB, row, 1000, &floats)
        for i in 0..<1000 {
            let (red, green, blue) = (
                Float(row[3 * i]), Float(row[3 * i + 1]), Float(row[3 * i + 2])
            )
            let first: Float = 0.299 * red
            let second: Float = 0.587 * green
            let third: Float = 0.114 * blue
            #expect(floats[i] == first + second + third)
            #expect(abs(Float(bytes[i]) - floats[i]) <= 0.51)
        }
    }
}
