@testable import Decoding
import Keyframing
import Testing

/// The reduced decode.
@Suite struct ScaleTests {
    @Test("the reduction is the largest that keeps the shorter side")
    func choice() {
        var options = DecodeOptions()
        // Not the default, which follows what is measured.
        options.minimumShorterSide = 256
        #expect(options.scale(width: 4000, height: 3000) == 8)
        #expect(options.scale(width: 4000, height: 2041) == 8)
        #expect(options.scale(width: 4000, height: 2040) == 4)
        #expect(options.scale(width: 600, height: 511) == 2)
        #expect(options.scale(width: 600, height: 510) == 1)
        #expect(options.scale(width: 1, height: 1) == 1)
        options.minimumShorterSide = .max
        #expect(options.scale(width: 40_000, height: 40_000) == 1)
    }

    @Test("a reduced JPEG is the average of the full one", arguments: ["rgb.jpg", "cmyk.jpg"])
    func reduced(name: String) throws {
        var options = DecodeOptions()
        options.minimumShorterSide = 24
        let reduced = try #require(decode(Fixture.bytes(name), options: options).taken.first)
        let full = try #require(decode(Fixture.bytes(name)).taken.first)
        #expect(reduced.origin.scale == 2)
        #expect((reduced.width, reduced.height) == (64, 48))
        #expect((reduced.sampleWidth, reduced.samples.count) == (32, 32 * 24))
        let mean = { (samples: [Double]) in samples.reduce(0, +) / Double(samples.count) }
        #expect(abs(mean(reduced.samples) - mean(full.samples)) < 1)
    }
}
